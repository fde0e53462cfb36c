package pt.sunbeam.daemon;

import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import pt.sunbeam.failure.FailureCode;
import pt.sunbeam.failure.SunbeamException;
import pt.sunbeam.ip.IpAddress;
import pt.sunbeam.ip.IpPrefix;
import pt.sunbeam.netmap.Netmap;
import pt.sunbeam.tailcfg.Node;

/**
 * The peer that a person means by a name or an address.
 *
 * @param address the one that was typed, else the peer's first, IPv4 where it has one; null for a peer without any
 */
record PingTarget(Node node, @Nullable IpAddress address) {
    private static final String PEERS = "sunbeam status lists the peers with their names and addresses";

    /** What a look for a peer finds. */
    sealed interface Look {}

    record Found(PingTarget target) implements Look {}

    /** The failure says why there is none. */
    record Refused(SunbeamException why) implements Look {}

    /**
     * The one peer of {@code netmap} with the address, short name or full name {@code text}.
     *
     * @throws SunbeamException USAGE when that is this node or several peers, TARGET_UNREACHABLE when it is none or offline
     */
    static PingTarget find(Netmap netmap, String text) {
        return switch (look(netmap, text)) {
            case Found(PingTarget target) -> target;
            case Refused(SunbeamException why) -> throw why;
        };
    }

    /** {@link #find}, with the failure as a value. */
    static Look look(Netmap netmap, String text) {
        IpAddress address = IpAddress.parse(text);
        List<Node> found = netmap.peers().stream()
                .filter(peer -> matches(peer, address, text))
                .toList();
        if (found.size() > 1) {
            return new Refused(new SunbeamException(
                    FailureCode.USAGE,
                    found.size() + " peers are called \"" + text + "\"",
                    "give the address of one of them: "
                            + found.stream().map(PingTarget::firstAddress).collect(Collectors.joining(", "))));
        }
        if (found.isEmpty()) {
            return new Refused(none(netmap, address, text));
        }
        Node peer = found.getFirst();
        if (Boolean.FALSE.equals(peer.online())) {
            return new Refused(offline(peer, text));
        }
        return new Found(new PingTarget(peer, address == null ? first(peer) : address));
    }

    private static boolean matches(Node node, @Nullable IpAddress address, String text) {
        return address != null ? node.owns(address) : isSame(node.shortName(), text) || isSame(node.name(), text);
    }

    private static boolean isSame(String name, String text) {
        return !name.isEmpty() && bare(name).equalsIgnoreCase(bare(text));
    }

    private static String bare(String name) {
        return name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
    }

    private static SunbeamException none(Netmap netmap, @Nullable IpAddress address, String text) {
        if (matches(netmap.self(), address, text)) {
            return new SunbeamException(FailureCode.USAGE, "\"" + text + "\" is this node itself", PEERS);
        }
        return new SunbeamException(
                FailureCode.TARGET_UNREACHABLE,
                address == null ? "no peer is called \"" + text + "\"" : "no peer has the address " + text,
                PEERS);
    }

    private static SunbeamException offline(Node peer, String text) {
        return new SunbeamException(
                FailureCode.TARGET_UNREACHABLE,
                TargetProblem.offline(peer, text),
                "connect it to the tailnet; sunbeam status shows when it is online");
    }

    private static @Nullable IpAddress first(Node peer) {
        return peer.addresses().stream()
                .map(IpPrefix::address)
                .min(IpAddress::compareTo)
                .orElse(null);
    }

    private static String firstAddress(Node peer) {
        return String.valueOf(first(peer));
    }

    String name() {
        return node.shortName();
    }

    String addressText() {
        return address == null ? "" : address.toString();
    }
}
