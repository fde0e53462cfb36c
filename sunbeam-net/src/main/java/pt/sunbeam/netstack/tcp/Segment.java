package pt.sunbeam.netstack.tcp;

import pt.sunbeam.bytes.Endian;

/**
 * One received segment, read in place into reused fields (RFC 9293 section 3.1, RFC 7323, RFC 2018).
 *
 * <p>A malformed option ends the options, not the segment. Options unknown here are skipped.
 */
final class Segment {
    private static final int OPTION_END = 0;
    private static final int OPTION_NOP = 1;
    private static final int OPTION_MSS = 2;
    private static final int OPTION_WINDOW_SCALE = 3;
    private static final int OPTION_SACK_PERMITTED = 4;
    private static final int OPTION_SACK = 5;
    private static final int OPTION_TIMESTAMPS = 8;
    private static final int MAX_WINDOW_SCALE = 14;

    byte[] array = new byte[0];
    int sourcePort;
    int targetPort;
    int seq;
    int ack;
    int flags;
    int windowField;
    int dataOffset;
    int dataLength;

    /** 0 when absent. */
    int mss;

    /** -1 when absent. */
    int windowScale;

    boolean sackPermitted;
    boolean timestamps;
    int tsVal;
    int tsEcr;
    int sackCount;
    final int[] sackStart = new int[4];
    final int[] sackEnd = new int[4];

    /** False when the header does not fit. The checksum is the caller's. */
    boolean read(byte[] b, int offset, int length) {
        if (length < 20) {
            return false;
        }
        int header = ((b[offset + 12] & 0xff) >>> 4) * 4;
        if (header < 20 || header > length) {
            return false;
        }
        array = b;
        sourcePort = Endian.shortBe(b, offset);
        targetPort = Endian.shortBe(b, offset + 2);
        seq = Endian.intBe(b, offset + 4);
        ack = Endian.intBe(b, offset + 8);
        flags = b[offset + 13] & 0x3f;
        windowField = Endian.shortBe(b, offset + 14);
        dataOffset = offset + header;
        dataLength = length - header;
        readOptions(b, offset + 20, offset + header);
        return true;
    }

    private void readOptions(byte[] b, int from, int end) {
        mss = 0;
        windowScale = -1;
        sackPermitted = false;
        timestamps = false;
        sackCount = 0;
        int at = from;
        while (at < end && b[at] != OPTION_END) {
            if (b[at] == OPTION_NOP) {
                at++;
                continue;
            }
            int length = at + 1 < end ? b[at + 1] & 0xff : 0;
            if (length < 2 || at + length > end) {
                return;
            }
            readOption(b, at, length);
            at += length;
        }
    }

    private void readOption(byte[] b, int at, int length) {
        switch (b[at]) {
            case OPTION_MSS -> mss = length == 4 ? Endian.shortBe(b, at + 2) : mss;
            case OPTION_WINDOW_SCALE ->
                windowScale = length == 3 ? Math.min(b[at + 2] & 0xff, MAX_WINDOW_SCALE) : windowScale;
            case OPTION_SACK_PERMITTED -> sackPermitted |= length == 2;
            case OPTION_TIMESTAMPS -> {
                if (length == 10) {
                    timestamps = true;
                    tsVal = Endian.intBe(b, at + 2);
                    tsEcr = Endian.intBe(b, at + 6);
                }
            }
            case OPTION_SACK -> readSack(b, at, length);
            default -> {}
        }
    }

    private void readSack(byte[] b, int at, int length) {
        for (int i = at + 2; i + 8 <= at + length && sackCount < 4; i += 8) {
            sackStart[sackCount] = Endian.intBe(b, i);
            sackEnd[sackCount++] = Endian.intBe(b, i + 4);
        }
    }

    boolean has(int flag) {
        return (flags & flag) != 0;
    }

    /** The sequence number of the first data byte: a SYN takes the one before it. */
    int dataSeq() {
        return seq + (flags >>> 1 & 1);
    }

    /** PAWS (RFC 7323 section 5): the timestamp is more than one tick older; within one, segments may overtake each other. */
    boolean isOlderThan(int tsRecent) {
        return timestamps && tsRecent - tsVal > 1;
    }

    /** Data bytes plus one for SYN and one for FIN. */
    int sequenceLength() {
        return dataLength + (flags >>> 1 & 1) + (flags & 1);
    }
}
