package pt.sunbeam.cli;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** How long a command is willing to wait, counted from its making. */
final class Patience {
    private final Duration limit;
    private final long fromNanos = System.nanoTime();

    /** {@code limit} of zero is for ever. */
    Patience(Duration limit) {
        this.limit = limit;
    }

    boolean isOver() {
        return remainingNanos() <= 0;
    }

    long remainingNanos() {
        return limit.isZero() ? TimeUnit.DAYS.toNanos(1) : limit.toNanos() - (System.nanoTime() - fromNanos);
    }

    /** The limit as a person reads it. */
    String text() {
        return limit.toMillis() % 1000 == 0 ? limit.toSeconds() + " s" : limit.toMillis() + " ms";
    }
}
