package pt.sunbeam.time;

/** A source of monotonic time, in nanoseconds from an arbitrary origin. Never the wall clock. */
@FunctionalInterface
public interface Ticker {
    long nanos();

    static Ticker system() {
        return System::nanoTime;
    }
}
