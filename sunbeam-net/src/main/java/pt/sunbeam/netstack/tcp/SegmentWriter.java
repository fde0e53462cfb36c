package pt.sunbeam.netstack.tcp;

import org.jspecify.annotations.Nullable;
import pt.sunbeam.bytes.Endian;
import pt.sunbeam.netstack.ip.Checksum;
import pt.sunbeam.netstack.ip.IpHeader;

/** Writes one segment with its IP header. The only place where outbound TCP bytes are laid out, those that {@link SegmentRun} repeats among them. */
final class SegmentWriter {
    static final int TCP_HEADER = 20;
    static final int SEQUENCE_AT = 4;
    static final int CHECKSUM_AT = 16;
    static final int TIMESTAMPS_BYTES = 12;
    static final int SYN_OPTION_BYTES = 20;

    private SegmentWriter() {}

    /** Length of the options of a segment outside the handshake. */
    static int optionBytes(boolean timestamps, int sackBlocks) {
        return (timestamps ? TIMESTAMPS_BYTES : 0) + sackBytes(sackBlocks);
    }

    /** Length of the SACK option with its two NOPs. */
    static int sackBytes(int blocks) {
        return blocks == 0 ? 0 : 4 + 8 * blocks;
    }

    /** MSS, SACK permitted, timestamps, window scale: 20 bytes, in the order most stacks use; absent ones are NOPs. */
    static int writeSynOptions(
            byte[] b, int at, int mss, boolean sack, boolean timestamps, int tsVal, int tsEcr, int windowScale) {
        Endian.putIntBe(b, at, 0x02040000 | mss);
        Endian.putShortBe(b, at + 4, sack ? 0x0402 : 0x0101);
        if (timestamps) {
            Endian.putShortBe(b, at + 6, 0x080a);
            Endian.putIntBe(b, at + 8, tsVal);
            Endian.putIntBe(b, at + 12, tsEcr);
        } else {
            Endian.putShortBe(b, at + 6, 0x0101);
            Endian.putLongBe(b, at + 8, 0x0101010101010101L);
        }
        Endian.putIntBe(b, at + 16, windowScale < 0 ? 0x01010101 : 0x01030300 | windowScale);
        return SYN_OPTION_BYTES;
    }

    static int writeTimestamps(byte[] b, int at, int tsVal, int tsEcr) {
        Endian.putIntBe(b, at, 0x0101080a);
        Endian.putIntBe(b, at + 4, tsVal);
        Endian.putIntBe(b, at + 8, tsEcr);
        return TIMESTAMPS_BYTES;
    }

    /**
     * Completes a packet whose options and data already lie in place.
     *
     * @param tcpBytes header, options and data
     */
    static void finish(
            byte[] b,
            int packet,
            Flow flow,
            int seq,
            int ack,
            int flags,
            int windowField,
            int optionBytes,
            int tcpBytes) {
        int tcp = packet + IpHeader.bytes(flow.v6);
        writeHeaders(b, packet, flow, seq, ack, flags, windowField, optionBytes, tcpBytes);
        long sum = pseudoHeaderSum(flow, tcpBytes) + Checksum.sum(b, tcp, tcpBytes);
        Endian.putShortBe(b, tcp + CHECKSUM_AT, Checksum.fold(sum));
    }

    /** The sum of the pseudo-header of a segment of {@code tcpBytes}. */
    static long pseudoHeaderSum(Flow flow, int tcpBytes) {
        return Checksum.pseudoHeader(
                flow.localHigh, flow.localLow, flow.remoteHigh, flow.remoteLow, IpHeader.TCP, tcpBytes);
    }

    /** Writes both headers, the TCP checksum left zero. */
    static void writeHeaders(
            byte[] b,
            int packet,
            Flow flow,
            int seq,
            int ack,
            int flags,
            int windowField,
            int optionBytes,
            int tcpBytes) {
        int tcp = packet + IpHeader.bytes(flow.v6);
        IpHeader.write(
                b,
                packet,
                flow.v6,
                flow.localHigh,
                flow.localLow,
                flow.remoteHigh,
                flow.remoteLow,
                IpHeader.TCP,
                tcpBytes,
                0);
        Endian.putShortBe(b, tcp, flow.localPort);
        Endian.putShortBe(b, tcp + 2, flow.remotePort);
        Endian.putIntBe(b, tcp + SEQUENCE_AT, seq);
        Endian.putIntBe(b, tcp + 8, ack);
        Endian.putIntBe(b, tcp + 12, (TCP_HEADER + optionBytes) / 4 << 28 | flags << 16 | windowField);
        Endian.putIntBe(b, tcp + CHECKSUM_AT, 0);
    }

    /** A packet without data and with the given options, as its own array. */
    static byte[] control(Flow flow, int seq, int ack, int flags, int windowField, byte @Nullable [] options) {
        int optionBytes = options == null ? 0 : options.length;
        int ip = IpHeader.bytes(flow.v6);
        byte[] b = new byte[ip + TCP_HEADER + optionBytes];
        if (options != null) {
            System.arraycopy(options, 0, b, ip + TCP_HEADER, optionBytes);
        }
        finish(b, 0, flow, seq, ack, flags, windowField, optionBytes, TCP_HEADER + optionBytes);
        return b;
    }
}
