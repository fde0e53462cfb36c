package pt.sunbeam.daemon;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import pt.sunbeam.control.ControlUrl;
import pt.sunbeam.ip.IpAddress;
import pt.sunbeam.relay.RelayRegion;
import pt.sunbeam.tailcfg.DerpMap;
import pt.sunbeam.tailcfg.DerpNode;
import pt.sunbeam.tailcfg.DerpRegion;
import pt.sunbeam.transport.DialTarget;
import pt.sunbeam.transport.TlsIdentity;

/**
 * Where the relays of a map are. Relays are reached by TLS, whatever their port; in clear text only when the control server
 * itself is, and the relay is on that same host. A server that describes its embedded relay by a name nobody can resolve
 * gets a second try at the control server's own address.
 */
final class RelayTargets {
    private static final int DEFAULT_PORT = 443;

    /** Relays of a region beyond about this many are not dialled; Tailscale's own regions have up to 4. */
    static final int MAX_NODES = 16;

    private static final String PIN_PREFIX = "sha256-raw:";
    private static final int SHA256_HEX_CHARS = 64;

    private RelayTargets() {}

    static Map<Integer, RelayRegion> of(DerpMap map, ControlUrl control) {
        Map<Integer, RelayRegion> regions = new LinkedHashMap<>();
        for (DerpRegion region : map.allRegions().values()) {
            Set<DialTarget> targets = new LinkedHashSet<>();
            for (DerpNode node : region.nodes()) {
                if (!node.stunOnly() && targets.size() < MAX_NODES) {
                    add(targets, node, control);
                }
            }
            if (region.regionId() > 0) {
                regions.put(
                        region.regionId(),
                        new RelayRegion(
                                region.regionId(), region.regionCode(), region.regionName(), List.copyOf(targets)));
            }
        }
        return regions;
    }

    private static void add(Set<DialTarget> targets, DerpNode node, ControlUrl control) {
        String host = node.hostName();
        int port = node.derpPort() == 0 ? DEFAULT_PORT : node.derpPort();
        boolean plain = !control.tls() && host.equalsIgnoreCase(control.host());
        boolean disabled = node.ipv4().equals("none") && node.ipv6().equals("none");
        if (host.isEmpty()) {
            return;
        }
        if (port <= 65535 && port > 0 && !disabled) {
            TlsIdentity identity = plain ? new TlsIdentity.Plain() : identity(host, node.certName());
            targets.add(new DialTarget(host, port, addresses(node), identity));
        }
        if (isUnresolvable(host)) {
            targets.add(control.target());
        }
    }

    private static TlsIdentity identity(String host, String certName) {
        if (certName.startsWith(PIN_PREFIX) && certName.length() == PIN_PREFIX.length() + SHA256_HEX_CHARS) {
            return new TlsIdentity.Pinned(
                    host, certName.substring(PIN_PREFIX.length()).toLowerCase(Locale.ROOT));
        }
        return new TlsIdentity.Named(host, certName.isEmpty() ? host : certName);
    }

    /** Addresses that replace resolution; a word that is no address ("none") switches its family off. */
    private static List<IpAddress> addresses(DerpNode node) {
        List<IpAddress> found = new ArrayList<>();
        for (String text : List.of(node.ipv4(), node.ipv6())) {
            IpAddress literal = IpAddress.parse(text);
            if (literal != null) {
                found.add(literal);
            }
        }
        return found;
    }

    /** True for a name without a dot, such as the "headscale" of Headscale 0.23 with a default configuration. */
    private static boolean isUnresolvable(String host) {
        return host.indexOf('.') < 0 && host.indexOf(':') < 0 && !host.equals("localhost");
    }
}
