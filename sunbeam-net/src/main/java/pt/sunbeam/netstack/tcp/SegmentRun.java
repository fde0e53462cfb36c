package pt.sunbeam.netstack.tcp;

import pt.sunbeam.bytes.Endian;
import pt.sunbeam.bytes.PacketBatch;
import pt.sunbeam.netstack.ip.Checksum;
import pt.sunbeam.netstack.ip.IpHeader;

/**
 * Writes full segments of one connection that leave at once. They differ in sequence number, data and checksum alone, so both
 * headers are laid out and summed once, and the checksum of each is that sum (RFC 1071 section 2: in any order, in parts)
 * with its sequence number and its data. One for a whole stack: a run is written in one go.
 */
final class SegmentRun {
    private static final int MAX_HEADER_BYTES = 40 + SegmentWriter.TCP_HEADER + SegmentWriter.TIMESTAMPS_BYTES;

    private final byte[] headers = new byte[MAX_HEADER_BYTES];
    private int ipBytes;
    private int headerBytes;
    private int dataBytes;
    private long headerSum;

    /**
     * Lays out what the segments of {@code c} have in common.
     *
     * @param dataBytes of each segment
     */
    void begin(TcpConnection c, int ack, int windowField, int tsVal, int dataBytes) {
        int options = SegmentWriter.optionBytes(c.timestamps, 0);
        int tcpHeader = SegmentWriter.TCP_HEADER + options;
        int tcpBytes = tcpHeader + dataBytes;
        ipBytes = IpHeader.bytes(c.v6);
        headerBytes = ipBytes + tcpHeader;
        this.dataBytes = dataBytes;
        if (c.timestamps) {
            SegmentWriter.writeTimestamps(headers, ipBytes + SegmentWriter.TCP_HEADER, tsVal, c.tsRecent);
        }
        SegmentWriter.writeHeaders(headers, 0, c, 0, ack, TcpFlags.ACK, windowField, options, tcpBytes);
        headerSum = SegmentWriter.pseudoHeaderSum(c, tcpBytes) + Checksum.sum(headers, ipBytes, tcpHeader);
    }

    /** Adds the segment whose data begins at {@code seq}. */
    void write(PacketBatch out, int seq, Sender data) {
        int at = out.reserve(headerBytes + dataBytes);
        int dataAt = at + headerBytes;
        byte[] b = out.array();
        System.arraycopy(headers, 0, b, at, headerBytes);
        data.copyTo(seq, b, dataAt, dataBytes);
        long sum = headerSum + (seq & 0xffffffffL) + Checksum.sum(b, dataAt, dataBytes);
        Endian.putIntBe(b, at + ipBytes + SegmentWriter.SEQUENCE_AT, seq);
        Endian.putShortBe(b, at + ipBytes + SegmentWriter.CHECKSUM_AT, Checksum.fold(sum));
    }
}
