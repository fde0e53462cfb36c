package pt.sunbeam.wireguard;

import java.time.InstantSource;
import pt.sunbeam.time.Deadline;

/**
 * The stamps of our initiations: strictly growing, also when the wall clock is set back and across restarts.
 *
 * <p>A peer refuses for ever an initiation whose stamp is not above the last one it saw (WireGuard paper, section 5.1), so a
 * machine that comes up with an old clock could reach nobody. The owner therefore writes {@link #latest} to disk when it
 * has changed, at the latest {@link #PERSIST_WITHIN_NANOS} after that, and hands it back at the next start. The
 * first stamp then lies that much above the one on disk, which covers what was issued after the last write.
 *
 * <p>Stamps lie on a grid of 2^24 ns, as in wireguard-go, so that they do not show how exact our clock is.
 */
public final class TimestampSource {
    /** How long the owner may wait before it writes a changed {@link #latest}. */
    public static final long PERSIST_WITHIN_NANOS = Deadline.seconds(60);

    private static final int GRID_NANOS = 1 << 24;

    private final InstantSource wallClock;
    private Tai64n latest;
    private Tai64n floor;

    /** A source for a key that has never been used. */
    public TimestampSource(InstantSource wallClock) {
        this.wallClock = wallClock;
        this.latest = Tai64n.MIN;
        this.floor = Tai64n.MIN;
    }

    /** A source that goes on above {@code persisted}, the {@link #latest} of an earlier run with the same key. */
    public TimestampSource(InstantSource wallClock, Tai64n persisted) {
        this.wallClock = wallClock;
        this.latest = persisted;
        this.floor = persisted.plusNanos(PERSIST_WITHIN_NANOS);
    }

    /** The last stamp issued, to be persisted; {@link Tai64n#MIN} before the first one of a fresh key. */
    public Tai64n latest() {
        return latest;
    }

    /** A stamp above all earlier ones. */
    Tai64n next() {
        Tai64n now = onGrid(Tai64n.of(wallClock.instant()));
        latest = now.compareTo(floor) > 0 ? now : onGrid(floor.plusNanos(GRID_NANOS));
        floor = latest;
        return latest;
    }

    private static Tai64n onGrid(Tai64n stamp) {
        return new Tai64n(stamp.seconds(), stamp.nanos() & -GRID_NANOS);
    }
}
