package pt.sunbeam.netmap;

import java.util.List;
import pt.sunbeam.ip.IpAddress;
import pt.sunbeam.ip.IpPrefix;

/**
 * Decides which decrypted packets may enter, and remembers which flows this node began ({@code wgengine/filter/filter.go}
 * of Tailscale 1.102, runIn4, runIn6 and pre). Owned by the data plane's thread; the filter and the addresses are swapped
 * when the netmap changes, the flows stay.
 *
 * <p>The idea: TCP is stateless here, because the host's TCP refuses segments of connections it does not know, so only a
 * SYN needs a rule; UDP and SCTP need a rule or a flow that this node began.
 */
public final class InboundFilter {
    static final int ICMP = 1;
    static final int TCP = 6;
    static final int UDP = 17;
    static final int ICMP6 = 58;
    static final int TSMP = 99;
    static final int SCTP = 132;

    /** The cloud's metadata address, the one link-local destination that passes. */
    private static final IpAddress METADATA = IpAddress.v4(0xa9fea9fe);

    private final UdpFlows flows = new UdpFlows();
    private PacketFilter filter = PacketFilter.DENY_ALL;
    private List<IpPrefix> localNets = List.of();

    /**
     * Replaces the rules.
     *
     * @param newLocalNets this node's addresses and the routes it advertises
     */
    public void use(PacketFilter newFilter, List<IpPrefix> newLocalNets) {
        filter = newFilter;
        localNets = List.copyOf(newLocalNets);
    }

    /**
     * Judges an inner packet that has passed the allowed-source check.
     *
     * @param answersOnly the sender may not open anything: a jailed peer, or shields up
     */
    public FilterVerdict inbound(byte[] b, int offset, int length, boolean answersOnly) {
        if (length == 0) {
            return FilterVerdict.ACCEPT;
        }
        InnerPacket packet = InnerPacket.read(b, offset, length);
        if (packet == null) {
            return FilterVerdict.DROP_MALFORMED;
        }
        FilterVerdict destination = destination(packet.destination());
        if (!destination.accepted()) {
            return destination;
        }
        if (packet.laterFragment()) {
            return FilterVerdict.ACCEPT;
        }
        if (!isLocal(packet.destination())) {
            return FilterVerdict.DROP_NOT_LOCAL;
        }
        boolean pass = passesWithoutRule(packet) || !answersOnly && passesByRule(packet);
        return pass ? FilterVerdict.ACCEPT : FilterVerdict.DROP_NO_RULE;
    }

    /** Whether {@link #outbound} would remember anything of the IPv4 or IPv6 packet at {@code offset}; a glance, no more. */
    public static boolean mayBeginFlow(byte[] b, int offset) {
        return isFlowProtocol(b[offset + (b[offset] >>> 4 == 4 ? 9 : 6)] & 0xff);
    }

    /** Judges a packet that this node sends and remembers the flow it begins. */
    public FilterVerdict outbound(byte[] b, int offset, int length) {
        InnerPacket packet = InnerPacket.read(b, offset, length);
        if (packet == null) {
            return FilterVerdict.DROP_MALFORMED;
        }
        FilterVerdict destination = destination(packet.destination());
        if (destination.accepted() && isFlowProtocol(packet.protocol()) && !packet.laterFragment()) {
            flows.began(packet.protocol(), packet.source(), packet.sourcePort(), packet.destination(), packet.port());
        }
        return destination;
    }

    public UdpFlows flows() {
        return flows;
    }

    private static FilterVerdict destination(IpAddress destination) {
        if (destination.isMulticast()) {
            return FilterVerdict.DROP_MULTICAST;
        }
        return destination.isLinkLocal() && !destination.equals(METADATA)
                ? FilterVerdict.DROP_LINK_LOCAL
                : FilterVerdict.ACCEPT;
    }

    private boolean isLocal(IpAddress destination) {
        for (IpPrefix net : localNets) {
            if (net.contains(destination)) {
                return true;
            }
        }
        return false;
    }

    private boolean passesWithoutRule(InnerPacket p) {
        return switch (p.protocol()) {
            case TCP -> !p.tcpSyn();
            case UDP, SCTP -> flows.isAnswer(p.protocol(), p.source(), p.sourcePort(), p.destination(), p.port());
            case ICMP, ICMP6 -> p.icmpAnswer();
            case TSMP -> true;
            default -> false;
        };
    }

    private boolean passesByRule(InnerPacket p) {
        return switch (p.protocol()) {
            case TCP, UDP, SCTP -> filter.allows(p.protocol(), p.source(), p.destination(), p.port());
            case ICMP, ICMP6 -> filter.allowsAnyPort(p.protocol(), p.source(), p.destination());
            default -> filter.allowsAllPorts(p.protocol(), p.source(), p.destination());
        };
    }

    private static boolean isFlowProtocol(int protocol) {
        return protocol == UDP || protocol == SCTP;
    }
}
