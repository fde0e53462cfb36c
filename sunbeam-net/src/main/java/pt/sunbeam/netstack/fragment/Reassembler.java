package pt.sunbeam.netstack.fragment;

import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;
import pt.sunbeam.netstack.counters.DropCause;
import pt.sunbeam.netstack.counters.StackCounters;
import pt.sunbeam.netstack.ip.IpHeader;
import pt.sunbeam.netstack.timer.TimerHeap;
import pt.sunbeam.time.Deadline;

/**
 * Puts fragmented datagrams together again (RFC 791 section 3.2, RFC 8200 section 4.5). Confined to the stack's owner thread.
 *
 * <p>Fragments are kept as they came, so what is held never exceeds what was received: at most {@link #MAX_DATAGRAMS}
 * unfinished datagrams and {@link #MAX_BYTES} of their data. A new fragment drives out the oldest datagram rather than
 * being refused: whoever floods the table cannot keep out, for half a minute, a datagram whose fragments follow each other.
 */
public final class Reassembler {
    public static final int MAX_DATAGRAMS = 64;
    public static final int MAX_BYTES = 1 << 20;

    /** What the data of one datagram may end at, behind a header without options. */
    private static final int MAX_DATA_V4 = 65535 - 20;

    private static final int MAX_DATA_V6 = 65535;
    private static final long LIFETIME_V4 = Deadline.seconds(30);
    private static final long LIFETIME_V6 = Deadline.seconds(60);

    private final TimerHeap timers;
    private final StackCounters counters;

    /** The oldest first. */
    private final ArrayDeque<Reassembly> unfinished = new ArrayDeque<>();

    private byte[] packet = {};
    private int storedBytes;

    public Reassembler(TimerHeap timers, StackCounters counters) {
        this.timers = timers;
        this.counters = counters;
    }

    /** Unfinished datagrams. */
    public int count() {
        return unfinished.size();
    }

    /** Bytes of data that wait for more. */
    public int storedBytes() {
        return storedBytes;
    }

    /**
     * Takes the fragment in {@code ip}. A fragment that is refused is counted.
     *
     * @return 0, or the length of the datagram that it completes, which lies in {@link #packet} until the next call
     */
    public int add(IpHeader ip, byte[] b, long nowNanos) {
        DropCause bad = check(ip, b);
        if (bad != null) {
            counters.drop(bad);
            return 0;
        }
        Reassembly r = find(ip);
        if (r == null) {
            r = begin(ip, nowNanos);
        }
        return add(r, ip, b);
    }

    /** The datagram that the last {@link #add} completed, as one packet from offset 0. */
    public byte[] packet() {
        return packet;
    }

    private static @Nullable DropCause check(IpHeader ip, byte[] b) {
        int length = ip.payloadLength;
        int max = ip.v6 ? MAX_DATA_V6 : MAX_DATA_V4;
        if (length == 0 || ip.moreFragments && length % 8 != 0 || ip.fragmentOffset + length > max) {
            return DropCause.IP_FRAGMENT_BAD;
        }
        boolean tiny = ip.fragmentOffset == 0 && !FirstFragment.holdsAllHeaders(ip, b);
        return tiny ? DropCause.IP_FRAGMENT_TINY : null;
    }

    private @Nullable Reassembly find(IpHeader ip) {
        for (Reassembly r : unfinished) {
            if (r.isOf(ip)) {
                return r;
            }
        }
        return null;
    }

    private Reassembly begin(IpHeader ip, long nowNanos) {
        if (unfinished.size() == MAX_DATAGRAMS) {
            giveWay(unfinished.element());
        }
        Reassembly r = new Reassembly(this, ip);
        unfinished.add(r);
        timers.arm(r, nowNanos + (ip.v6 ? LIFETIME_V6 : LIFETIME_V4));
        return r;
    }

    private int add(Reassembly r, IpHeader ip, byte[] b) {
        int before = r.storedBytes();
        DropCause bad = r.add(ip, b);
        storedBytes += r.storedBytes() - before;
        if (bad != null) {
            counters.drop(bad);
        } else if (r.isComplete()) {
            return finish(r);
        }
        while (storedBytes > MAX_BYTES) {
            giveWay(unfinished.element());
        }
        return 0;
    }

    private int finish(Reassembly r) {
        if (packet.length == 0) {
            packet = new byte[IpHeader.bytes(true) + MAX_DATA_V6];
        }
        int length = r.write(packet);
        remove(r);
        return length;
    }

    private void giveWay(Reassembly r) {
        if (!r.isDiscarded()) {
            counters.drop(DropCause.IP_REASSEMBLY_LIMIT);
        }
        remove(r);
    }

    void expired(Reassembly r) {
        if (!r.isDiscarded()) {
            counters.drop(DropCause.IP_REASSEMBLY_TIMEOUT);
        }
        remove(r);
    }

    private void remove(Reassembly r) {
        storedBytes -= r.storedBytes();
        timers.remove(r);
        unfinished.remove(r);
    }
}
