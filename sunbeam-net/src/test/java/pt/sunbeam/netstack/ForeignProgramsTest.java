package pt.sunbeam.netstack;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import pt.sunbeam.ip.IpAddress;
import pt.sunbeam.ip.IpEndpoint;
import pt.sunbeam.netstack.tcp.ConnectOptions;
import pt.sunbeam.netstack.tcp.TcpConnection;
import pt.sunbeam.netstack.tcp.TcpEvents;

/** Programs that others wrote, on the kernel's side, talk HTTP with the stack. */
class ForeignProgramsTest {
    private static final int BODY_BYTES = 3_000_000;
    private static final byte[] BODY = body();

    @TempDir
    Path folder;

    private static byte[] body() {
        byte[] body = new byte[BODY_BYTES];
        new SplittableRandom(4).nextBytes(body);
        return body;
    }

    /** Answers whatever it is asked with {@link #BODY}, and closes. */
    private static final class TinyServer implements TcpEvents {
        private final ByteBuffer answer;
        private final ByteBuffer request = ByteBuffer.allocate(4096);

        TinyServer() {
            byte[] head = ("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: " + BODY_BYTES + "\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII);
            answer = ByteBuffer.allocate(head.length + BODY_BYTES)
                    .put(head)
                    .put(BODY)
                    .flip();
        }

        @Override
        public void readable(TcpConnection c) {
            c.read(request);
            if (new String(request.array(), 0, request.position(), StandardCharsets.US_ASCII).contains("\r\n\r\n")) {
                writable(c);
            }
        }

        @Override
        public void writable(TcpConnection c) {
            c.write(answer);
            if (!answer.hasRemaining()) {
                c.shutdownWrite();
            }
        }

        @Override
        public void closed(TcpConnection c) {
            c.close();
        }
    }

    /** Asks for a page and keeps the answer. */
    private static final class TinyClient implements TcpEvents {
        private final CompletableFuture<byte[]> answer = new CompletableFuture<>();
        private final ByteBuffer received = ByteBuffer.allocate(BODY_BYTES + 4096);

        @Override
        public void connected(TcpConnection c) {
            c.write(ByteBuffer.wrap("GET /page HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII)));
        }

        @Override
        public void readable(TcpConnection c) {
            c.read(received);
        }

        @Override
        public void peerFin(TcpConnection c) {
            answer.complete(Arrays.copyOf(received.array(), received.position()));
            c.close();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 6})
    void curlGetsAPageFromUs(int family) throws Exception {
        KernelBed.needs("curl");
        Path page = folder.resolve("page");
        try (KernelBed bed = new KernelBed(StackConfig.DEFAULT)) {
            CompletableFuture<Boolean> listening = new CompletableFuture<>();
            bed.onLoop(() -> listening.complete(bed.stack.listen(80, c -> new TinyServer())));
            assertThat(listening.get(10, TimeUnit.SECONDS)).isTrue();
            String host = family == 4 ? "100.64.0.2" : "[fd7a:115c:a1e0::2]";
            bed.run("curl --silent --show-error --noproxy * --max-time 30 --output " + page + " http://" + host
                    + "/page");
        }
        assertThat(Files.readAllBytes(page)).isEqualTo(BODY);
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 6})
    void weGetAPageFromNginx(int family) throws Exception {
        KernelBed.needs("nginx");
        Files.write(folder.resolve("page"), BODY);
        Path configuration = folder.resolve("nginx.conf");
        Files.writeString(configuration, """
                user root;
                pid %1$s/pid;
                error_log %1$s/error.log;
                events {}
                http {
                  access_log off;
                  server {
                    listen 100.64.0.1:80;
                    listen [fd7a:115c:a1e0::1]:80;
                    root %1$s;
                  }
                }
                """.formatted(folder));
        try (KernelBed bed = new KernelBed(StackConfig.DEFAULT)) {
            bed.run("nginx -e stderr -c " + configuration);
            try {
                TinyClient client = new TinyClient();
                IpEndpoint target = new IpEndpoint(IpAddress.of(KernelBed.kernelAddress(family)), 80);
                bed.onLoop(() -> bed.stack.connect(target, ConnectOptions.DEFAULT, client, System.nanoTime()));
                byte[] answer = client.answer.get(30, TimeUnit.SECONDS);
                byte[] end = Arrays.copyOfRange(answer, Math.max(0, answer.length - BODY_BYTES), answer.length);
                assertThat(end).isEqualTo(BODY);
            } finally {
                bed.run("nginx -e stderr -s stop -c " + configuration);
            }
        }
    }
}
