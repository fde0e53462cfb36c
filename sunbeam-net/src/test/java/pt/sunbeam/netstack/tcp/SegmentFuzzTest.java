package pt.sunbeam.netstack.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import pt.sunbeam.netstack.ip.IpHeader;

/** Any bytes as an IP packet, and as a TCP segment: never an exception, and never a field that points outside of them. */
class SegmentFuzzTest {
    private static final int MARGIN = 7;

    @FuzzTest
    void anyBytesAsASegment(byte[] input) {
        byte[] b = surrounded(input);
        Segment s = new Segment();
        if (!s.read(b, MARGIN, input.length)) {
            return;
        }
        assertThat(s.dataOffset).isBetween(MARGIN + 20, MARGIN + input.length);
        assertThat(s.dataOffset + s.dataLength).isEqualTo(MARGIN + input.length);
        assertThat(s.windowScale).isBetween(-1, 14);
        assertThat(s.mss).isBetween(0, 65535);
        assertThat(s.sackCount).isBetween(0, 4);
        assertThat(s.sequenceLength()).isBetween(s.dataLength, s.dataLength + 2);
    }

    @FuzzTest
    void anyBytesAsAPacket(byte[] input) {
        byte[] b = surrounded(input);
        IpHeader ip = new IpHeader();
        if (ip.read(b, MARGIN, input.length) != null) {
            return;
        }
        assertThat(ip.packetOffset).isEqualTo(MARGIN);
        assertThat(ip.packetLength).isBetween(IpHeader.bytes(ip.v6), input.length);
        assertThat(ip.payloadOffset).isBetween(MARGIN + IpHeader.bytes(ip.v6), MARGIN + input.length);
        assertThat(ip.payloadLength).isBetween(0, MARGIN + input.length - ip.payloadOffset);
    }

    /** The input within other bytes, none of which may be read as its own. */
    private static byte[] surrounded(byte[] input) {
        byte[] b = new byte[input.length + 2 * MARGIN];
        System.arraycopy(input, 0, b, MARGIN, input.length);
        return b;
    }
}
