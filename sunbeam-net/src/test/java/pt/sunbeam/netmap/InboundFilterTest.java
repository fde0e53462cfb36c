package pt.sunbeam.netmap;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import pt.sunbeam.bytes.Endian;
import pt.sunbeam.ip.IpAddress;
import pt.sunbeam.ip.IpPrefix;
import pt.sunbeam.tailcfg.FilterRule;
import pt.sunbeam.tailcfg.FilterRule.NetPortRange;
import pt.sunbeam.tailcfg.FilterRule.PortRange;

/** Packets written by hand after RFC 791, 768, 9293 and 792; verdicts after Tailscale 1.102 wgengine/filter. */
class InboundFilterTest {
    private static final IpAddress ME = IpAddress.parse("100.64.0.1");
    private static final IpAddress PEER = IpAddress.parse("100.64.0.2");
    private static final IpAddress OTHER = IpAddress.parse("100.64.0.3");
    private static final int SYN = 2;
    private static final int ACK = 16;

    private final InboundFilter filter = filter(new FilterRule(
            List.of("100.64.0.2", "cap:nobody", "10.0.0.1/8"),
            null,
            List.of(new NetPortRange("100.64.0.1/32", null, new PortRange(22, 23))),
            List.of()));

    private static InboundFilter filter(FilterRule rule) {
        InboundFilter filter = new InboundFilter();
        filter.use(PacketFilter.compile(List.of(rule), List.of()), List.of(IpPrefix.single(ME)));
        return filter;
    }

    private static byte[] packet(int protocol, IpAddress from, IpAddress to, int fromPort, int toPort, int flags) {
        byte[] b = new byte[40];
        b[0] = 0x45;
        Endian.putShortBe(b, 2, b.length);
        b[9] = (byte) protocol;
        from.write(b, 12);
        to.write(b, 16);
        Endian.putShortBe(b, 20, fromPort);
        Endian.putShortBe(b, 22, toPort);
        b[33] = (byte) flags;
        return b;
    }

    private FilterVerdict in(byte[] packet) {
        byte[] shifted = new byte[packet.length + 3];
        System.arraycopy(packet, 0, shifted, 3, packet.length);
        return filter.inbound(shifted, 3, packet.length, false);
    }

    @Test
    void aSynNeedsARuleAndEverythingElseOfTcpPasses() {
        assertThat(in(packet(6, PEER, ME, 1, 22, SYN))).isEqualTo(FilterVerdict.ACCEPT);
        assertThat(in(packet(6, PEER, ME, 1, 24, SYN))).isEqualTo(FilterVerdict.DROP_NO_RULE);
        assertThat(in(packet(6, OTHER, ME, 1, 22, SYN))).isEqualTo(FilterVerdict.DROP_NO_RULE);
        assertThat(in(packet(6, OTHER, ME, 1, 24, SYN | ACK))).isEqualTo(FilterVerdict.ACCEPT);
        assertThat(in(packet(6, OTHER, ME, 1, 24, ACK))).isEqualTo(FilterVerdict.ACCEPT);
    }

    @Test
    void anAnswerOfAFlowThatThisNodeBeganPassesAndAStrangerDoesNot() {
        assertThat(in(packet(17, OTHER, ME, 53, 4000, 0))).isEqualTo(FilterVerdict.DROP_NO_RULE);
        byte[] question = packet(17, ME, OTHER, 4000, 53, 0);
        filter.outbound(question, 0, question.length);
        filter.use(PacketFilter.DENY_ALL, List.of(IpPrefix.single(ME)));
        assertThat(in(packet(17, OTHER, ME, 53, 4000, 0))).isEqualTo(FilterVerdict.ACCEPT);
        assertThat(in(packet(17, OTHER, ME, 54, 4000, 0))).isEqualTo(FilterVerdict.DROP_NO_RULE);
    }

    @Test
    void theFlowTableKeepsTheLast512() {
        for (int port = 1; port <= 600; port++) {
            byte[] question = packet(17, ME, OTHER, port, 53, 0);
            filter.outbound(question, 0, question.length);
        }
        assertThat(filter.flows().size()).isEqualTo(UdpFlows.MAX_FLOWS);
        assertThat(in(packet(17, OTHER, ME, 53, 88, 0))).isEqualTo(FilterVerdict.DROP_NO_RULE);
        assertThat(in(packet(17, OTHER, ME, 53, 89, 0))).isEqualTo(FilterVerdict.ACCEPT);
    }

    @Test
    void otherDestinationsFragmentsAndGarbageAreDropped() {
        assertThat(in(packet(6, PEER, OTHER, 1, 22, SYN))).isEqualTo(FilterVerdict.DROP_NOT_LOCAL);
        assertThat(in(packet(17, PEER, IpAddress.parse("224.0.0.1"), 1, 2, 0))).isEqualTo(FilterVerdict.DROP_MULTICAST);
        assertThat(in(packet(17, PEER, IpAddress.parse("169.254.1.1"), 1, 2, 0)))
                .isEqualTo(FilterVerdict.DROP_LINK_LOCAL);
        assertThat(in(new byte[19])).isEqualTo(FilterVerdict.DROP_MALFORMED);
        byte[] overlapping = packet(6, PEER, ME, 1, 22, SYN);
        Endian.putShortBe(overlapping, 6, 9);
        assertThat(in(overlapping)).isEqualTo(FilterVerdict.DROP_MALFORMED);
        Endian.putShortBe(overlapping, 6, 10);
        assertThat(in(overlapping)).isEqualTo(FilterVerdict.ACCEPT);
    }

    @Test
    void aJailedPeerMayOnlyAnswer() {
        byte[] syn = packet(6, PEER, ME, 1, 22, SYN);
        assertThat(filter.inbound(syn, 0, syn.length, true)).isEqualTo(FilterVerdict.DROP_NO_RULE);
    }

    @Test
    void anObsoleteRuleMakesTheWholeFilterRefuse() {
        FilterRule old = new FilterRule(List.of("*"), List.of(32), List.of(NetPortRange.allPorts("*")), List.of());
        assertThat(PacketFilter.compile(List.of(FilterRule.allow("*", "*"), old), List.of()))
                .isEqualTo(PacketFilter.DENY_ALL);
    }
}
