package pt.sunbeam.control;

import io.netty.handler.codec.http.HttpMethod;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Locale;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import pt.sunbeam.failure.SunbeamException;
import pt.sunbeam.tailcfg.PingRequest;
import pt.sunbeam.transport.Dialer;

/**
 * Answers the server's ping requests without holding the stream ({@code control/controlclient/direct.go} of Tailscale 1.102,
 * answerPing). Headscale 0.29 takes a node that does not answer for unhealthy.
 *
 * <p>A plain ping is a HEAD of its URL; a c2n request may only echo, all else is an unknown path; ping methods inside the
 * tailnet are not offered.
 */
final class PingAnswers {
    private static final Logger LOG = LoggerFactory.getLogger(PingAnswers.class);

    /** A server cannot make this node open more connections than this at once. */
    private static final int MAX_CONCURRENT = 4;

    private static final int MAX_C2N_BYTES = 64 << 10;
    private static final String C2N = "c2n";

    private final Dialer dialer;
    private final ControlConnection connection;
    private final ControlTimeouts timeouts;
    private final Semaphore free = new Semaphore(MAX_CONCURRENT);
    private String lastUrl = "";

    PingAnswers(Dialer dialer, ControlConnection connection, ControlTimeouts timeouts) {
        this.dialer = dialer;
        this.connection = connection;
        this.timeouts = timeouts;
    }

    /** Called by the stream's thread; a repeated or a surplus request is passed over. */
    void onPing(PingRequest ping) {
        if (ping.url().isEmpty() || ping.url().equals(lastUrl) || !free.tryAcquire()) {
            return;
        }
        lastUrl = ping.url();
        Thread.ofVirtual().name("control-ping").start(() -> {
            try {
                answer(ping);
            } catch (SunbeamException e) {
                LOG.debug("a ping was not answered: {}", e.getMessage());
            } finally {
                free.release();
            }
        });
    }

    private void answer(PingRequest ping) {
        if (ping.types().equals(C2N)) {
            connection.post(pathOf(ping.url()), c2n(ping.payload()), Duration.ofMinutes(1));
        } else if (ping.types().isEmpty() && ping.urlIsNoise()) {
            connection.head(pathOf(ping.url()));
        } else if (ping.types().isEmpty()) {
            headOverHttp(ping.url());
        }
    }

    private void headOverHttp(String url) {
        int query = url.indexOf('?');
        String bare = query < 0 ? url : url.substring(0, query);
        ControlUrl target = ControlUrl.parse(bare);
        String path = (target.path().isEmpty() ? "/" : target.path()) + (query < 0 ? "" : url.substring(query));
        HttpFetch.send(dialer, target, HttpMethod.HEAD, path, timeouts.connect(), timeouts.ping());
    }

    /** Everything of {@code url} behind the authority. */
    static String pathOf(String url) {
        int scheme = url.indexOf("://");
        int slash = url.indexOf('/', scheme < 0 ? 0 : scheme + 3);
        return slash < 0 ? "/" : url.substring(slash);
    }

    /** The whole HTTP/1.1 answer to a request that came as base64. */
    static byte[] c2n(String payload) {
        String request = decode(payload);
        int end = request.indexOf("\r\n\r\n");
        String[] line = request.lines().findFirst().orElse("").split(" ", 3);
        boolean echo = end >= 0
                && line.length == 3
                && (line[0].equals("GET") || line[0].equals("POST"))
                && line[1].equals("/echo");
        return echo ? http("200 OK", request.substring(end + 4)) : http("400 Bad Request", "unknown c2n path");
    }

    private static String decode(String payload) {
        if (payload.length() > MAX_C2N_BYTES) {
            return "";
        }
        try {
            return new String(Base64.getDecoder().decode(payload), StandardCharsets.ISO_8859_1);
        } catch (IllegalArgumentException e) {
            return "";
        }
    }

    private static byte[] http(String status, String body) {
        return String.format(Locale.ROOT, "HTTP/1.1 %s\r\nContent-Length: %d\r\n\r\n%s", status, body.length(), body)
                .getBytes(StandardCharsets.ISO_8859_1);
    }
}
