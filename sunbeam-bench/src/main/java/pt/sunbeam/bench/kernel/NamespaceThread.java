package pt.sunbeam.bench.kernel;

import java.io.IOException;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import pt.sunbeam.sim.tun.NetworkNamespace;

/** A thread that lives in a network namespace of its own; devices and sockets that it makes are there. */
final class NamespaceThread implements AutoCloseable {
    private final ExecutorService thread = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().name("namespace").daemon().factory());

    NamespaceThread() throws IOException, InterruptedException {
        call(() -> {
            NetworkNamespace.enterNew();
            NetworkNamespace.run("ip link set lo up");
            return true;
        });
    }

    <T> T call(Callable<T> work) throws IOException, InterruptedException {
        try {
            return thread.submit(work).get();
        } catch (ExecutionException e) {
            throw new IOException(e.getCause() == null ? e : e.getCause());
        }
    }

    void run(String... commands) throws IOException, InterruptedException {
        for (String command : commands) {
            call(() -> NetworkNamespace.run(command));
        }
    }

    void sysctl(String name, String value) throws IOException, InterruptedException {
        call(() -> {
            NetworkNamespace.sysctl(name, value);
            return true;
        });
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
