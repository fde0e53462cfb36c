package pt.sunbeam.daemon;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import pt.sunbeam.ip.IpAddress;
import pt.sunbeam.ip.IpPrefix;
import pt.sunbeam.netmap.Netmap;
import pt.sunbeam.tailcfg.Node;

/** Why a forward's target cannot be reached, as far as the server's map says. */
final class TargetProblem {
    private TargetProblem() {}

    /** A sentence about {@code host}, an address or a name; empty when the map knows of nothing against it. */
    static String of(Netmap netmap, String host) {
        IpAddress address = IpAddress.parse(host);
        if (address != null && !netmap.self().owns(address)) {
            return ofAddress(netmap, address);
        }
        return PingTarget.look(netmap, host) instanceof PingTarget.Refused(var refusal)
                ? String.valueOf(refusal.getMessage())
                : "";
    }

    /** An address may also lie behind a peer's subnet route, which two peers may share. */
    private static String ofAddress(Netmap netmap, IpAddress address) {
        Node offline = null;
        for (Node peer : netmap.peers()) {
            if (carries(peer, address)) {
                if (!Boolean.FALSE.equals(peer.online())) {
                    return "";
                }
                offline = peer;
            }
        }
        return offline == null ? "no peer carries the address " + address : offline(offline, address.toString());
    }

    private static boolean carries(Node peer, IpAddress address) {
        for (IpPrefix prefix : peer.allowedIps()) {
            if (prefix.bits() > 0 && prefix.contains(address)) {
                return true;
            }
        }
        return peer.owns(address);
    }

    /** What the server says of an offline peer that a person called {@code called}. */
    static String offline(Node peer, String called) {
        Instant seen = peer.lastSeen();
        return "the server says that " + called + " is offline"
                + (seen == null ? "" : ", last seen " + seen.truncatedTo(ChronoUnit.SECONDS));
    }
}
