package pt.sunbeam.netstack;

/** The longest time between two signs of life of an exchange. */
final class Silence {
    private long lastNanos;
    private volatile long longestNanos;

    void begin() {
        lastNanos = System.nanoTime();
    }

    void broken() {
        long now = System.nanoTime();
        longestNanos = Math.max(longestNanos, now - lastNanos);
        lastNanos = now;
    }

    long longestNanos() {
        return longestNanos;
    }
}
