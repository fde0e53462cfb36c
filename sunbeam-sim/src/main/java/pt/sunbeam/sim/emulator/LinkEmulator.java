package pt.sunbeam.sim.emulator;

import java.io.IOException;
import java.util.List;
import pt.sunbeam.sim.LinkProfile;
import pt.sunbeam.sim.tun.TunDevice;
import pt.sunbeam.sim.tun.TunWaiter;

/**
 * A link in real time between two TUN devices. One thread, the caller of {@link #run}, moves all packets: it sleeps until a
 * packet comes or is due, and watches the clock for the last {@link #SPIN_NANOS} of that, so that packets leave within a
 * fraction of a millisecond of their time.
 */
public final class LinkEmulator implements Runnable, AutoCloseable {
    private static final long SPIN_NANOS = 20_000;

    private final Direction leftToRight;
    private final Direction rightToLeft;
    private final TunWaiter waiter;
    private volatile boolean stopping;

    /** Packets pass from {@code left} to {@code right} as the first profile says, and back as the second does. */
    public LinkEmulator(
            TunDevice left, TunDevice right, LinkProfile leftToRightProfile, LinkProfile rightToLeftProfile, long seed)
            throws IOException {
        this(left, right, LinkState.of(leftToRightProfile, rightToLeftProfile), List.of(), seed);
    }

    /** The link begins as {@code start}; the changes, in the order of their times, count from the call of {@link #run}. */
    LinkEmulator(TunDevice left, TunDevice right, LinkState start, List<LinkChange> changes, long seed)
            throws IOException {
        leftToRight = new Direction(left, right, Timetable.of(start, changes, LinkState::leftToRight), 2 * seed);
        rightToLeft = new Direction(right, left, Timetable.of(start, changes, LinkState::rightToLeft), 2 * seed + 1);
        waiter = new TunWaiter(left, right);
    }

    @Override
    public void run() {
        TunWaiter.becomePunctual();
        leftToRight.begin(System.nanoTime());
        rightToLeft.begin(System.nanoTime());
        while (!stopping) {
            boolean moved = leftToRight.take();
            moved |= rightToLeft.take();
            long now = System.nanoTime();
            leftToRight.deliver(now);
            rightToLeft.deliver(now);
            if (!moved) {
                rest();
            }
        }
    }

    private void rest() {
        long due = Math.min(leftToRight.nextNanos(), rightToLeft.nextNanos());
        if (due == Long.MAX_VALUE) {
            waiter.await(Long.MAX_VALUE);
            return;
        }
        long wait = due - System.nanoTime();
        if (wait > SPIN_NANOS) {
            waiter.await(wait - SPIN_NANOS);
        }
    }

    /** Lets {@link #run} return; for any thread. */
    public void stop() {
        stopping = true;
        waiter.wake();
    }

    /** To be read when {@link #run} has returned. */
    public DirectionStatistics leftToRight() {
        return leftToRight.statistics();
    }

    /** To be read when {@link #run} has returned. */
    public DirectionStatistics rightToLeft() {
        return rightToLeft.statistics();
    }

    /** Frees what the loop slept on; after {@link #run} has returned. The devices are the owner's. */
    @Override
    public void close() {
        waiter.close();
    }
}
