package pt.sunbeam.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** A process that may not be a child of this one, held on to before it ends so that a reused pid is not mistaken for it. */
final class RunningProcess {
    private static final long LOOK_EVERY_MILLIS = 15;

    private final long pid;
    private final Optional<ProcessHandle> handle;

    private RunningProcess(long pid) {
        this.pid = pid;
        this.handle = ProcessHandle.of(pid);
    }

    static RunningProcess of(long pid) {
        return new RunningProcess(pid);
    }

    long pid() {
        return pid;
    }

    /** False once it has ended, also while nobody has collected its exit code. */
    boolean isAlive() {
        return handle.isPresent() && handle.get().isAlive() && !isZombie();
    }

    /** Waits until it has ended; false when it still runs after {@code timeoutMillis}. */
    boolean awaitEnd(long timeoutMillis) throws InterruptedException {
        long from = System.nanoTime();
        while (isAlive()) {
            if (System.nanoTime() - from > TimeUnit.MILLISECONDS.toNanos(timeoutMillis)) {
                return false;
            }
            TimeUnit.MILLISECONDS.sleep(LOOK_EVERY_MILLIS);
        }
        return true;
    }

    /** In a container whose first process collects no children an ended daemon stays in the table: proc(5), state Z. */
    private boolean isZombie() {
        try {
            String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
            return stat.startsWith(") Z", stat.lastIndexOf(')'));
        } catch (IOException e) {
            return false;
        }
    }
}
