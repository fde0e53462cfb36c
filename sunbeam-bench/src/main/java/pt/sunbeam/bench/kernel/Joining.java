package pt.sunbeam.bench.kernel;

/** Waiting for a loop that has been told to end, which takes microseconds: an interrupt is kept for later. */
final class Joining {
    private Joining() {}

    static void join(Thread loop) {
        boolean interrupted = false;
        while (loop.isAlive()) {
            try {
                loop.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
