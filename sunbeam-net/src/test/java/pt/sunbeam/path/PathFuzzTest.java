package pt.sunbeam.path;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import pt.sunbeam.ip.IpEndpoint;
import pt.sunbeam.time.Deadline;

/** A peer that sends anything, in any order, among everything else that happens. */
class PathFuzzTest {
    private static final int STEPS = 5000;

    private final PathHarness h = new PathHarness();
    private int lastId;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void whateverHappensTheLimitsHold(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        PeerPath path = h.put("203.0.113.9:1");
        for (int i = 0; i < STEPS; i++) {
            step(random, path);
            assertThat(path.view(h.now()).candidates()).hasSizeLessThanOrEqualTo(Candidates.MAX);
            IpEndpoint endpoint = path.endpoint();
            assertThat(endpoint == null
                            || path.view(h.now()).candidates().stream()
                                    .anyMatch(c -> c.endpoint().equals(endpoint)))
                    .as("seed %s, step %s: the best is a candidate", seed, i)
                    .isTrue();
        }
        assertNoCandidateWasPingedTooOften(seed);
        h.runFor(120_000);
        assertThat(h.paths.nextDeadlineNanos()).isEqualTo(Deadline.NONE);
    }

    private void assertNoCandidateWasPingedTooOften(long seed) {
        Map<IpEndpoint, Long> last = new HashMap<>();
        for (PathHarness.Sent ping : h.pings()) {
            Long before = last.put(Objects.requireNonNull(ping.to()), ping.atNanos());
            assertThat(before == null || ping.atNanos() - before >= Deadline.SECOND)
                    .as("seed %s: %s is pinged at most once a second", seed, ping.to())
                    .isTrue();
        }
    }

    private void step(SplittableRandom random, PeerPath path) {
        String some = "203.0.113." + random.nextInt(1, 20) + ":" + random.nextInt(1, 12);
        switch (random.nextInt(14)) {
            case 0 -> path.sent(h.now());
            case 1 -> h.fromUdp(h.peer.ping(lastId++), some);
            case 2 -> h.fromUdp(h.peer.ping(random.nextInt(5)), some);
            case 3 -> h.fromRelay(h.peer.ping(lastId++), h.peer.node);
            case 4 -> h.fromRelay(h.peer.call(some, "127.0.0.1:1"), h.peer.node);
            case 5 -> h.fromRelay(h.peer.rawCall(random.nextInt(300)), h.peer.node);
            case 6 -> h.fromUdp(damaged(random, h.peer.ping(lastId++)), some);
            case 7 -> h.fromUdp(h.peer.rawMessage(bytes(random)), some);
            case 8 -> h.fromRelay(h.peer.rawMessage(bytes(random)), h.peer.node);
            case 9 -> path.sendFailed(PathHarness.endpoint(some), h.now());
            case 10 -> path.received(PathHarness.endpoint(some), h.now());
            case 11 -> h.put(some, "203.0.113.9:1");
            case 12 -> h.answers(some, random.nextInt(1, 3000));
            default -> h.silent(some);
        }
        h.runFor(random.nextInt(200));
    }

    private static byte[] damaged(SplittableRandom random, byte[] packet) {
        packet[random.nextInt(packet.length)] ^= (byte) (1 << random.nextInt(8));
        return packet;
    }

    private static byte[] bytes(SplittableRandom random) {
        byte[] b = new byte[random.nextInt(80)];
        random.nextBytes(b);
        if (b.length > 0) {
            b[0] = (byte) random.nextInt(11);
        }
        return b;
    }
}
