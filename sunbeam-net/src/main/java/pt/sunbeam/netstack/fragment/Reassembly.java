package pt.sunbeam.netstack.fragment;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import pt.sunbeam.netstack.counters.DropCause;
import pt.sunbeam.netstack.ip.IpHeader;
import pt.sunbeam.netstack.timer.Timer;

/**
 * The fragments of one datagram that have come so far, in the order of their places. It is its own timer.
 *
 * <p>After an overlap nothing is kept but the identity, so that the fragments that still come are dropped too (RFC 5722
 * section 3).
 */
final class Reassembly extends Timer {
    /** Enough for 64 KiB in fragments of the least MTU of IPv4 that is in use, 576 bytes. */
    static final int MAX_FRAGMENTS = 128;

    private static final int UNKNOWN = -1;

    private final Reassembler owner;
    private final boolean v6;
    private final long sourceHigh;
    private final long sourceLow;
    private final long targetHigh;
    private final long targetLow;
    private final int id;
    private final int keyProtocol;
    private int protocol = UNKNOWN;
    private byte[][] data = new byte[4][];
    private int[] offsets = new int[4];
    private int count;
    private int storedBytes;
    private int totalBytes = UNKNOWN;
    private boolean discarded;

    Reassembly(Reassembler owner, IpHeader ip) {
        this.owner = owner;
        v6 = ip.v6;
        sourceHigh = ip.sourceHigh;
        sourceLow = ip.sourceLow;
        targetHigh = ip.targetHigh;
        targetLow = ip.targetLow;
        id = ip.fragmentId;
        keyProtocol = keyProtocol(ip);
    }

    /** RFC 791 counts the protocol to the identity of a datagram, RFC 8200 does not. */
    private static int keyProtocol(IpHeader ip) {
        return ip.v6 ? 0 : ip.protocol;
    }

    boolean isOf(IpHeader ip) {
        return id == ip.fragmentId
                && v6 == ip.v6
                && sourceLow == ip.sourceLow
                && sourceHigh == ip.sourceHigh
                && targetLow == ip.targetLow
                && targetHigh == ip.targetHigh
                && keyProtocol == keyProtocol(ip);
    }

    /** Bytes of data now held. */
    int storedBytes() {
        return storedBytes;
    }

    boolean isDiscarded() {
        return discarded;
    }

    boolean isComplete() {
        return storedBytes == totalBytes;
    }

    /** Takes the fragment in {@code ip}; null, or why it, or all of the datagram, is dropped. */
    @Nullable
    DropCause add(IpHeader ip, byte[] b) {
        if (discarded) {
            return DropCause.IP_FRAGMENT_OVERLAP;
        }
        int at = place(ip.fragmentOffset);
        if (isDuplicate(at, ip, b)) {
            return DropCause.IP_FRAGMENT_DUPLICATE;
        }
        if (contradicts(at, ip)) {
            discard();
            return DropCause.IP_FRAGMENT_OVERLAP;
        }
        if (count == MAX_FRAGMENTS) {
            discard();
            return DropCause.IP_REASSEMBLY_LIMIT;
        }
        insert(at, ip, b);
        return null;
    }

    /** The index of the first fragment at or behind {@code offset}. */
    private int place(int offset) {
        int at = Arrays.binarySearch(offsets, 0, count, offset);
        return at < 0 ? ~at : at;
    }

    /** RFC 8200 section 4.5: an exact copy is no overlap. */
    private boolean isDuplicate(int at, IpHeader ip, byte[] b) {
        if (at == count || offsets[at] != ip.fragmentOffset || data[at].length != ip.payloadLength) {
            return false;
        }
        boolean last = end(at) == totalBytes;
        int from = ip.payloadOffset;
        return last != ip.moreFragments
                && Arrays.equals(data[at], 0, data[at].length, b, from, from + ip.payloadLength);
    }

    private boolean contradicts(int at, IpHeader ip) {
        int end = ip.fragmentOffset + ip.payloadLength;
        boolean overlaps = at > 0 && end(at - 1) > ip.fragmentOffset || at < count && offsets[at] < end;
        if (totalBytes != UNKNOWN) {
            return overlaps || !ip.moreFragments || end >= totalBytes;
        }
        return overlaps || !ip.moreFragments && count > 0 && end(count - 1) > end;
    }

    private int end(int at) {
        return offsets[at] + data[at].length;
    }

    private void insert(int at, IpHeader ip, byte[] b) {
        if (count == offsets.length) {
            data = Arrays.copyOf(data, count * 2);
            offsets = Arrays.copyOf(offsets, count * 2);
        }
        System.arraycopy(data, at, data, at + 1, count - at);
        System.arraycopy(offsets, at, offsets, at + 1, count - at);
        data[at] = Arrays.copyOfRange(b, ip.payloadOffset, ip.payloadOffset + ip.payloadLength);
        offsets[at] = ip.fragmentOffset;
        count++;
        storedBytes += ip.payloadLength;
        if (!ip.moreFragments) {
            totalBytes = ip.fragmentOffset + ip.payloadLength;
        }
        if (ip.fragmentOffset == 0) {
            protocol = ip.protocol;
        }
    }

    private void discard() {
        discarded = true;
        data = new byte[0][];
        offsets = new int[0];
        count = 0;
        storedBytes = 0;
        totalBytes = UNKNOWN;
    }

    /** Writes the whole datagram as one packet; returns its length. */
    int write(byte[] target) {
        int header = IpHeader.bytes(v6);
        IpHeader.write(target, 0, v6, sourceHigh, sourceLow, targetHigh, targetLow, protocol, storedBytes, id & 0xffff);
        for (int i = 0; i < count; i++) {
            System.arraycopy(data[i], 0, target, header + offsets[i], data[i].length);
        }
        return header + storedBytes;
    }

    @Override
    protected void fire(long nowNanos) {
        owner.expired(this);
    }
}
