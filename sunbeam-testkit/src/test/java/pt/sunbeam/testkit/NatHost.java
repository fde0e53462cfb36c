package pt.sunbeam.testkit;

import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import pt.sunbeam.config.ForwardSpec;
import pt.sunbeam.daemon.EmbeddedNode;
import pt.sunbeam.ipc.DaemonState;
import pt.sunbeam.ipc.DaemonStatus;
import pt.sunbeam.transport.Trust;

/**
 * What runs in one host of {@link NatWorld}, a process of its own: {@code server ADDRESS CERTIFICATE KEY}, {@code peer URL CERTIFICATE
 * NAME}, {@code client URL CERTIFICATE NAME PEER SECONDS}, or {@code echo}. It says what it has come to in lines, and ends with its standard input.
 */
final class NatHost {
    private static final Duration JOIN_TIMEOUT = Duration.ofSeconds(30);

    private NatHost() {}

    public static void main(String[] arguments) throws Exception {
        Thread.ofPlatform().daemon().start(NatHost::endWithInput);
        switch (arguments[0]) {
            case "server" -> server(arguments[1], new File(arguments[2]), new File(arguments[3]));
            case "peer" -> peer(arguments[1], Path.of(arguments[2]), arguments[3]);
            case "client" -> {
                EmbeddedNode node =
                        join(arguments[1], Path.of(arguments[2]), arguments[3], List.of(echoOf(arguments[4])));
                speak(node, arguments[4], Integer.parseInt(arguments[5]));
            }
            case "echo" -> echo();
            default -> throw new IllegalArgumentException(arguments[0]);
        }
    }

    private static void endWithInput() {
        try {
            System.in.transferTo(java.io.OutputStream.nullOutputStream());
        } catch (IOException e) {
            // The end of a broken pipe is an end, too.
        }
        Runtime.getRuntime().halt(0);
    }

    private static void say(String line) {
        System.out.println(line);
        System.out.flush();
    }

    private static void server(String address, File certificate, File key) throws Exception {
        SslContext tls = SslContextBuilder.forServer(certificate, key).build();
        TestTailnet tailnet = TestTailnet.startAt(InetAddress.getByName(address), tls);
        say("serving " + tailnet.url());
        Thread.currentThread().join();
    }

    /** What a stock client passes connections on to. */
    private static void echo() throws IOException {
        try (ServerSocket listener = new ServerSocket(TestTailnet.ECHO_PORT, 1, InetAddress.getLoopbackAddress())) {
            say("listening");
            try (Socket socket = listener.accept()) {
                socket.setTcpNoDelay(true);
                socket.getInputStream().transferTo(socket.getOutputStream());
            }
        }
    }

    private static EmbeddedNode join(String url, Path certificate, String name, List<ForwardSpec> forwards)
            throws InterruptedException {
        Trust trust = Trust.withFiles(List.of(certificate));
        EmbeddedNode node = new EmbeddedNode(url, TestTailnet.AUTH_KEY, name, forwards, trust);
        node.listen(TestTailnet.ECHO_PORT, Services.echo());
        DaemonStatus status = node.awaitRunning(JOIN_TIMEOUT);
        say(
                status.state() instanceof DaemonState.Running
                        ? "joined " + status.addresses().getFirst()
                        : "failed " + status.state().text());
        return node;
    }

    private static void peer(String url, Path certificate, String name) throws InterruptedException {
        join(url, certificate, name, List.of());
        Thread.currentThread().join();
    }

    private static ForwardSpec echoOf(String peer) {
        return ForwardSpec.parse("0:" + peer + ":" + TestTailnet.ECHO_PORT);
    }

    /** Sends a byte after the other to the peer's echo service, and says over which path when that is direct or the time is over. */
    private static void speak(EmbeddedNode node, String peer, int seconds) throws IOException {
        while (!isOnline(node.status(), peer)) {
            Thread.onSpinWait();
        }
        String listen = node.status().forwards().getFirst().listen();
        int port = Integer.parseInt(listen.substring(listen.lastIndexOf(':') + 1));
        long begunNanos = System.nanoTime();
        long untilNanos = begunNanos + TimeUnit.SECONDS.toNanos(seconds);
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setTcpNoDelay(true);
            String path = "-";
            for (int sent = 0; System.nanoTime() < untilNanos && !path.startsWith("direct"); sent++) {
                socket.getOutputStream().write(sent & 0xff);
                int back = socket.getInputStream().read();
                if (back != (sent & 0xff)) {
                    throw new IOException("byte " + sent + " came back as " + back);
                }
                path = path(node.status(), peer);
            }
            say(path + " after " + TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begunNanos) + " ms");
        }
    }

    private static boolean isOnline(DaemonStatus status, String peer) {
        return status.peers().stream().anyMatch(p -> p.name().equals(peer) && Boolean.TRUE.equals(p.online()));
    }

    private static String path(DaemonStatus status, String peer) {
        return status.peers().stream()
                .filter(p -> p.name().equals(peer))
                .map(DaemonStatus.PeerStatus::path)
                .findFirst()
                .orElse("-");
    }
}
