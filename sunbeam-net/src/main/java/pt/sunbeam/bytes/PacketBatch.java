package pt.sunbeam.bytes;

import java.util.Arrays;

/**
 * Packets that travel together: read in one turn from one source, or cut in one turn for one destination.
 *
 * <p>All packets lie in one array. Around each there is room to seal it in place: {@link #HEADROOM} bytes before it (a
 * relay frame's header and a WireGuard header) and {@link #TAILROOM} bytes behind it (padding and tag). A stage narrows
 * or widens a packet with {@link #setRange}; nothing is copied between stages.
 *
 * <p>Mutable, owned by one thread, reused: {@link #clear} forgets the packets and keeps the memory.
 */
public final class PacketBatch {
    /** Bytes kept free before each packet: 37 for a relay frame (5 header, 32 key), 16 for WireGuard, rounded up. */
    public static final int HEADROOM = 64;

    /** Bytes kept free behind each packet: 15 of padding and a 16-byte tag, rounded up. */
    public static final int TAILROOM = 32;

    private final byte[] array;
    private final int[] offsets;
    private final int[] lengths;
    private int count;
    private int end;
    private long arrivalNanos;

    /**
     * @param maxPackets how many packets fit at the most
     * @param maxBytes the size of the array, head- and tailroom included
     */
    public PacketBatch(int maxPackets, int maxBytes) {
        array = new byte[maxBytes];
        offsets = new int[maxPackets];
        lengths = new int[maxPackets];
    }

    /** A batch for {@code maxPackets} packets of at most {@code packetBytes} bytes each. */
    public static PacketBatch ofPackets(int maxPackets, int packetBytes) {
        return new PacketBatch(maxPackets, maxPackets * (HEADROOM + packetBytes + TAILROOM));
    }

    public void clear() {
        count = 0;
        end = 0;
        arrivalNanos = 0;
    }

    public int count() {
        return count;
    }

    public boolean isEmpty() {
        return count == 0;
    }

    /** The array in which every packet of this batch lies. */
    public byte[] array() {
        return array;
    }

    public int offset(int index) {
        return offsets[index];
    }

    public int length(int index) {
        return lengths[index];
    }

    /** The sum of all packets' lengths, in bytes. */
    public int totalBytes() {
        int sum = 0;
        for (int i = 0; i < count; i++) {
            sum += lengths[i];
        }
        return sum;
    }

    /** Monotonic time at which the batch left its socket; every measurement of a received packet uses this stamp. */
    public long arrivalNanos() {
        return arrivalNanos;
    }

    public void setArrivalNanos(long nanos) {
        arrivalNanos = nanos;
    }

    /** True when one more packet of {@code length} bytes fits, with its head- and tailroom. */
    public boolean fits(int length) {
        return count < offsets.length && length <= array.length - end - HEADROOM - TAILROOM;
    }

    /** How many more packets of {@code length} bytes each fit, with their head- and tailroom, if {@code maxBytes} is all they may sum up to. */
    public int room(int length, int maxBytes) {
        int byMemory = (array.length - end) / (HEADROOM + length + TAILROOM);
        return Math.min(Math.min(offsets.length - count, byMemory), maxBytes / length);
    }

    /**
     * Where the run of packets that begins at {@code index} ends: packets of one length, and behind them at most one that is
     * shorter and not empty. That is what one segmented send takes (UDP_SEGMENT of Linux, udp(7)).
     *
     * @param index below {@link #count}
     * @param maxSegments packets in a run at the most, one or more
     * @param maxBytes bytes in a run at the most; a first packet that is longer is a run all the same
     * @return the index behind the last packet of the run, above {@code index}
     */
    public int runEnd(int index, int maxSegments, int maxBytes) {
        int segmentBytes = lengths[index];
        int last = (int) Math.min(count, (long) index + maxSegments);
        int left = maxBytes - segmentBytes;
        int next = index + 1;
        while (next < last && segmentBytes > 0 && lengths[next] == segmentBytes && segmentBytes <= left) {
            left -= segmentBytes;
            next++;
        }
        boolean shorter = next < last && lengths[next] < segmentBytes && lengths[next] > 0 && lengths[next] <= left;
        return shorter ? next + 1 : next;
    }

    /** Adds room for a packet of {@code length} bytes and returns its offset in {@link #array}; call {@link #fits} first. */
    public int reserve(int length) {
        if (!fits(length)) {
            throw new IllegalStateException("batch is full");
        }
        int offset = end + HEADROOM;
        offsets[count] = offset;
        lengths[count] = length;
        count++;
        end = offset + length + TAILROOM;
        return offset;
    }

    /** Copies a packet in; call {@link #fits} first. */
    public void add(byte[] source, int offset, int length) {
        int at = reserve(length);
        System.arraycopy(source, offset, array, at, length);
    }

    /**
     * Makes the first {@code packets} ranges the batch's content, which is how a stage passes on a part of a batch that it
     * reads in place. The bytes and ranges of all packets ever added stay as they are until {@link #clear}.
     */
    public void setCount(int packets) {
        if (packets < 0 || packets > offsets.length) {
            throw new IllegalArgumentException("a batch for " + offsets.length + " packets cannot hold " + packets);
        }
        count = packets;
    }

    /** Narrows or widens packet {@code index}, within the room around it. */
    public void setRange(int index, int offset, int length) {
        offsets[index] = offset;
        lengths[index] = length;
    }

    /** A copy of packet {@code index}. */
    public byte[] copy(int index) {
        return Arrays.copyOfRange(array, offsets[index], offsets[index] + lengths[index]);
    }
}
