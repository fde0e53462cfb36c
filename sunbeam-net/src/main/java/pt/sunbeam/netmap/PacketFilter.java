package pt.sunbeam.netmap;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import pt.sunbeam.ip.IpAddress;
import pt.sunbeam.ip.IpPrefix;
import pt.sunbeam.tailcfg.FilterRule;
import pt.sunbeam.tailcfg.FilterRule.NetPortRange;
import pt.sunbeam.tailcfg.FilterRule.PortRange;
import pt.sunbeam.tailcfg.Node;

/**
 * The rules of who may open what on this node, compiled for lookup ({@code wgengine/filter} of Tailscale 1.102). Immutable.
 * Rules only allow: what none of them names is refused, and an entry that cannot be read never widens one. The decision for
 * a packet, which also knows of flows and directions, is {@link InboundFilter}'s.
 */
public final class PacketFilter {
    /** Refuses everything: the state before the first filter arrives. */
    public static final PacketFilter DENY_ALL = new PacketFilter(List.of());

    private static final String CAPABILITY = "cap:";

    /** ICMP, TCP, UDP and ICMPv6, where a rule names no protocol. */
    private static final Set<Integer> DEFAULT_PROTOCOLS = Set.of(1, 6, 17, 58);

    private final List<Match> matches;

    private record Destination(AddressSet addresses, PortRange ports) {}

    private record Match(Set<Integer> protocols, AddressSet sources, List<Destination> destinations) {}

    private PacketFilter(List<Match> matches) {
        this.matches = matches;
    }

    /**
     * Compiles {@code rules}.
     *
     * @param peers for sources named by a capability, and to distrust a filter that lets in an unsigned peer
     */
    public static PacketFilter compile(Collection<FilterRule> rules, Collection<Node> peers) {
        List<Match> matches = new ArrayList<>();
        for (FilterRule rule : rules) {
            if (isObsolete(rule)) {
                return new PacketFilter(List.of());
            }
            Match match = compile(rule, peers);
            if (!match.protocols.isEmpty() && !match.destinations.isEmpty()) {
                matches.add(match);
            }
        }
        if (letsInUnsigned(matches, peers)) {
            return new PacketFilter(List.of());
        }
        return new PacketFilter(List.copyOf(matches));
    }

    /** True when some rule allows this protocol from {@code source} to {@code destination} at {@code port}. */
    public boolean allows(int protocol, IpAddress source, IpAddress destination, int port) {
        for (Match match : matches) {
            if (match.protocols.contains(protocol) && match.sources.contains(source)) {
                for (Destination to : match.destinations) {
                    if (to.ports.contains(port) && to.addresses.contains(destination)) {
                        return true;
                    }
                }
            }
        }
        return false;
    }

    /** As {@link #allows}, for a protocol without ports, whatever ports the rule names. */
    public boolean allowsAnyPort(int protocol, IpAddress source, IpAddress destination) {
        return allowsPorts(protocol, source, destination, false);
    }

    /** As {@link #allows}, for an unknown protocol: only rules that name every port speak of it. */
    public boolean allowsAllPorts(int protocol, IpAddress source, IpAddress destination) {
        return allowsPorts(protocol, source, destination, true);
    }

    private boolean allowsPorts(int protocol, IpAddress source, IpAddress destination, boolean all) {
        for (Match match : matches) {
            if (match.protocols.contains(protocol) && match.sources.contains(source)) {
                for (Destination to : match.destinations) {
                    if ((!all || to.ports.equals(PortRange.ALL)) && to.addresses.contains(destination)) {
                        return true;
                    }
                }
            }
        }
        return false;
    }

    private static boolean isObsolete(FilterRule rule) {
        return rule.srcBits() != null && !rule.srcBits().isEmpty()
                || rule.dstPorts().stream().anyMatch(dst -> dst.bits() != null);
    }

    private static Match compile(FilterRule rule, Collection<Node> peers) {
        List<AddressSet.Range> sources = new ArrayList<>();
        for (String src : rule.srcIps()) {
            if (src.startsWith(CAPABILITY)) {
                addHolders(src.substring(CAPABILITY.length()), peers, sources);
            } else {
                AddressSet.parse(src, sources);
            }
        }
        List<Destination> destinations = new ArrayList<>();
        for (NetPortRange dst : rule.dstPorts()) {
            destinations.add(new Destination(AddressSet.of(dst.ip()), dst.ports()));
        }
        return new Match(protocols(rule), new AddressSet(sources), List.copyOf(destinations));
    }

    /** A list whose numbers are all out of range matches nothing; only an empty list means the usual four. */
    private static Set<Integer> protocols(FilterRule rule) {
        if (rule.ipProto().isEmpty()) {
            return DEFAULT_PROTOCOLS;
        }
        Set<Integer> valid = new HashSet<>(rule.ipProto());
        valid.removeIf(protocol -> protocol < 0 || protocol > 255);
        return Set.copyOf(valid);
    }

    private static void addHolders(String capability, Collection<Node> peers, List<AddressSet.Range> out) {
        for (Node peer : peers) {
            if (peer.hasCapability(capability)) {
                peer.addresses().forEach(own -> out.add(AddressSet.of(own)));
            }
        }
    }

    /** A node outside the tailnet lock that a rule lets in: the server is not to be believed. */
    private static boolean letsInUnsigned(List<Match> matches, Collection<Node> peers) {
        for (Node peer : peers) {
            for (IpPrefix own : peer.unsignedPeerApiOnly() ? peer.addresses() : List.<IpPrefix>of()) {
                for (Match match : matches) {
                    if (match.sources.contains(own.address())) {
                        return true;
                    }
                }
            }
        }
        return false;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof PacketFilter filter && filter.matches.equals(matches);
    }

    @Override
    public int hashCode() {
        return matches.hashCode();
    }

    @Override
    public String toString() {
        return matches.size() + " filter rules";
    }
}
