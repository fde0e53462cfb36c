package pt.sunbeam.cli;

/** Ends a daemon that this command has started when a signal ends the command, until it is disarmed. */
final class SignalGuard {
    private final Thread hook;
    private volatile boolean fired;

    private SignalGuard(DaemonProcess daemon) {
        this.hook = Thread.ofPlatform().unstarted(() -> {
            fired = true;
            daemon.end();
        });
    }

    static SignalGuard over(DaemonProcess daemon) {
        SignalGuard guard = new SignalGuard(daemon);
        Runtime.getRuntime().addShutdownHook(guard.hook);
        return guard;
    }

    /**
     * Does not return once a signal has come: the daemon's end is then this guard's doing and no failure to tell of, and the
     * process ends when the guard is done.
     */
    void standStillIfFired() throws InterruptedException {
        if (fired) {
            Thread.currentThread().join();
        }
    }

    /** From now on a signal leaves the daemon alone; one that has come already is obeyed. */
    void disarm() throws InterruptedException {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The JVM is shutting down, so the hook runs or will.
            Thread.currentThread().join();
        }
    }
}
