package pt.sunbeam.netstack;

import java.io.IOException;
import java.net.Socket;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32;
import pt.sunbeam.sim.tun.KernelSocket;

/** The kernel's end of a stream: sends and receives at once, closes its direction when it has sent all. */
final class KernelExchange {
    /** What both kinds of the kernel's sockets can do. */
    private interface Ends {
        int read(byte[] target) throws IOException;

        void write(byte[] source) throws IOException;

        void shutdownOutput() throws IOException;
    }

    private final CRC32 sent = new CRC32();
    private final CRC32 received = new CRC32();
    private long longestGapNanos;

    private KernelExchange() {}

    long sentHash() {
        return sent.getValue();
    }

    long receivedHash() {
        return received.getValue();
    }

    /** The longest time between two reads that brought something. */
    long longestGapNanos() {
        return longestGapNanos;
    }

    static KernelExchange run(Socket socket, int bytes, ExecutorService threads) throws Exception {
        try (socket) {
            return new KernelExchange()
                    .exchange(
                            new Ends() {
                                @Override
                                public int read(byte[] target) throws IOException {
                                    return socket.getInputStream().read(target);
                                }

                                @Override
                                public void write(byte[] source) throws IOException {
                                    socket.getOutputStream().write(source);
                                }

                                @Override
                                public void shutdownOutput() throws IOException {
                                    socket.shutdownOutput();
                                }
                            },
                            bytes,
                            threads);
        }
    }

    static KernelExchange run(KernelSocket socket, int bytes, ExecutorService threads) throws Exception {
        try (socket) {
            return new KernelExchange()
                    .exchange(
                            new Ends() {
                                @Override
                                public int read(byte[] target) throws IOException {
                                    return socket.read(target);
                                }

                                @Override
                                public void write(byte[] source) throws IOException {
                                    socket.write(source, 0, source.length);
                                }

                                @Override
                                public void shutdownOutput() {
                                    socket.shutdownOutput();
                                }
                            },
                            bytes,
                            threads);
        }
    }

    private KernelExchange exchange(Ends ends, int bytes, ExecutorService threads) throws Exception {
        Future<?> writer = threads.submit(() -> {
            send(ends, bytes);
            return true;
        });
        byte[] b = new byte[65536];
        long last = System.nanoTime();
        for (int n = ends.read(b); n >= 0; n = ends.read(b)) {
            received.update(b, 0, n);
            longestGapNanos = Math.max(longestGapNanos, System.nanoTime() - last);
            last = System.nanoTime();
        }
        writer.get(60, TimeUnit.SECONDS);
        return this;
    }

    private void send(Ends ends, int bytes) throws IOException {
        SplittableRandom random = new SplittableRandom(9);
        byte[] b = new byte[20_000];
        for (int left = bytes; left > 0; left -= b.length) {
            random.nextBytes(b);
            sent.update(b);
            ends.write(b);
        }
        ends.shutdownOutput();
    }
}
