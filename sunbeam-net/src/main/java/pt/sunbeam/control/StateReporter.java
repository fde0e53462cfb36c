package pt.sunbeam.control;

import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import pt.sunbeam.failure.SunbeamException;
import pt.sunbeam.keys.NodePublic;
import pt.sunbeam.tailcfg.HostState;
import pt.sunbeam.tailcfg.MapRequest;

/**
 * Tells the server this node's state: once before the stream and again after every change, one request at a time, the
 * latest state only. The lock stands between those who change the state and the virtual thread that reports it.
 */
final class StateReporter implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(StateReporter.class);
    private static final long MAX_BACKOFF_MILLIS = 30_000;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private HostState state;
    private long generation = 1;
    private long reported;
    private @Nullable Thread thread;

    StateReporter(HostState state) {
        this.state = state;
    }

    /** Sets what is to be reported; anything equal to what is known already is not sent again. */
    void update(HostState newState) {
        lock.lock();
        try {
            if (!newState.equals(state)) {
                state = newState;
                generation++;
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    HostState state() {
        lock.lock();
        try {
            return state;
        } finally {
            lock.unlock();
        }
    }

    /** Reports now, on the caller's thread. */
    void report(ControlConnection connection, NodePublic nodeKey) throws MapStream.NodeUnknown {
        long reporting;
        HostState current;
        lock.lock();
        try {
            reporting = generation;
            current = state;
        } finally {
            lock.unlock();
        }
        connection.liteUpdate(MapRequest.lite(nodeKey, current));
        lock.lock();
        try {
            reported = reporting;
        } finally {
            lock.unlock();
        }
    }

    /** Reports every later change through {@code connection}, until {@link #close}. */
    void follow(ControlConnection connection, NodePublic nodeKey) {
        thread = Thread.ofVirtual().name("control-state").start(() -> loop(connection, nodeKey));
    }

    private void loop(ControlConnection connection, NodePublic nodeKey) {
        int failures = 0;
        try {
            while (connection.isOpen()) {
                awaitChange();
                try {
                    report(connection, nodeKey);
                    failures = 0;
                } catch (SunbeamException | MapStream.NodeUnknown e) {
                    failures++;
                    LOG.debug("the state was not reported: {}", e.getMessage());
                    Thread.sleep(Math.min(MAX_BACKOFF_MILLIS, 10L * failures * failures));
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void awaitChange() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (reported == generation) {
                changed.await();
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        Thread running = thread;
        if (running != null) {
            running.interrupt();
        }
    }
}
