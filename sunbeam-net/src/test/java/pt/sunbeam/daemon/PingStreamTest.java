package pt.sunbeam.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import pt.sunbeam.failure.SunbeamException;
import pt.sunbeam.ip.IpAddress;
import pt.sunbeam.ip.IpEndpoint;
import pt.sunbeam.ipc.IpcClient;
import pt.sunbeam.ipc.IpcServer;
import pt.sunbeam.ipc.PingEvent;
import pt.sunbeam.ipc.PingEvent.Ended;
import pt.sunbeam.ipc.PingEvent.Pong;
import pt.sunbeam.ipc.PingEvent.TimedOut;
import pt.sunbeam.ipc.PingEvent.Way;
import pt.sunbeam.ipc.PingRequest;
import pt.sunbeam.netmap.Netmap;
import pt.sunbeam.path.PingListener;
import pt.sunbeam.time.Deadline;
import pt.sunbeam.time.Ticker;

/** Pings over a real control socket; the peer's answers are a script that runs inside the call that sends a ping. */
@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class PingStreamTest {
    private static final String NAME = "db";
    private static final String ADDRESS = "100.64.0.2";
    private static final IpEndpoint ENDPOINT = new IpEndpoint(IpAddress.v4(0xcb007105), 41641);
    private static final Way DIRECT = new Way.Direct("203.0.113.5:41641");
    private static final Way RELAY = new Way.Relay(PingMaps.REGION, "fra");
    private static final long INTERVAL_NANOS = Deadline.millis(20);

    private final Netmap map = PingMaps.map(PingMaps.node(2, "db.tail.test.", ADDRESS + "/32"));
    private Path folder;
    private IpcServer server;

    @BeforeEach
    void listen() throws IOException {
        // Not a @TempDir: the path of a local socket must be short.
        folder = Files.createTempDirectory("ping");
        DaemonSettings settings =
                new DaemonSettings("test", "0", "https://hs.example.com", "", "me", List.of(), List.of(), false);
        server = IpcServer.start(
                folder.resolve("s"), new StatusBoard(settings, Ticker.system(), InstantSource.system(), () -> {}));
    }

    @AfterEach
    void close() throws IOException {
        server.close();
        Files.delete(folder);
    }

    private void peer(PeerPings.Pinger pinger) {
        server.answerPings(new PeerPings(() -> map, pinger, INTERVAL_NANOS, Ticker.system()));
    }

    private static PeerPings.Pinger each(java.util.function.Consumer<PingListener> answers) {
        return (key, listener) -> {
            answers.accept(listener);
            return true;
        };
    }

    private static void direct(PingListener listener) {
        listener.pongFrom(ENDPOINT, Deadline.millis(9));
    }

    private static void relayed(PingListener listener) {
        listener.pongThroughRelay(PingMaps.REGION, Deadline.millis(34));
    }

    private static Pong pong(Way via) {
        return new Pong(NAME, ADDRESS, via, via == DIRECT ? 9_000 : 34_000);
    }

    private List<PingEvent> ping(PingRequest request) {
        List<PingEvent> events = new ArrayList<>();
        try (IpcClient client = IpcClient.connect(folder.resolve("s"))) {
            client.ping(request);
            for (PingEvent e = client.nextPing(request); e != null; e = client.nextPing(request)) {
                events.add(e);
            }
        }
        return events;
    }

    @Test
    void theFirstDirectPongEndsTheRun() {
        peer(each(PingStreamTest::direct));
        assertThat(ping(new PingRequest(NAME, 10, 1000, true)))
                .containsExactly(pong(DIRECT), new Ended(NAME, ADDRESS, 1, 0, true));
    }

    @Test
    void onRequestTheRunGoesOnAfterADirectPong() {
        peer(each(PingStreamTest::direct));
        assertThat(ping(new PingRequest(ADDRESS, 3, 1000, false)))
                .containsExactly(pong(DIRECT), pong(DIRECT), pong(DIRECT), new Ended(NAME, ADDRESS, 3, 0, true));
    }

    @Test
    void relayPongsGoOnUntilTheCountIsReached() {
        peer(each(PingStreamTest::relayed));
        assertThat(ping(new PingRequest(NAME, 2, 1000, true)))
                .containsExactly(pong(RELAY), pong(RELAY), new Ended(NAME, ADDRESS, 2, 0, false));
    }

    @Test
    void aDirectPongThatFollowsOneThroughARelayIsToldTooEvenAfterTheLastPing() {
        peer(each(listener -> {
            relayed(listener);
            direct(listener);
        }));
        assertThat(ping(new PingRequest(NAME, 1, 1000, true)))
                .containsExactly(pong(RELAY), pong(DIRECT), new Ended(NAME, ADDRESS, 1, 0, true));
    }

    @Test
    void aRelayPongThatFollowsADirectOneIsNoNews() {
        peer(each(listener -> {
            direct(listener);
            relayed(listener);
        }));
        assertThat(ping(new PingRequest(NAME, 2, 1000, false)))
                .containsExactly(pong(DIRECT), pong(DIRECT), new Ended(NAME, ADDRESS, 2, 0, true));
    }

    @Test
    void eachPingWithoutAPongIsToldWhenItsTimeIsOver() {
        peer(each(listener -> {}));
        TimedOut late = new TimedOut(NAME, ADDRESS);
        assertThat(ping(new PingRequest(NAME, 2, 50, true)))
                .containsExactly(late, late, new Ended(NAME, ADDRESS, 0, 2, false));
    }

    @Test
    void aPingIsRepeatedWithinItsTimeAsARelayThatIsBeingConnectedNeedsIt() {
        AtomicInteger sent = new AtomicInteger();
        peer(each(listener -> {
            if (sent.incrementAndGet() == 3) {
                relayed(listener);
            }
        }));
        assertThat(ping(new PingRequest(NAME, 1, 10_000, true)))
                .containsExactly(pong(RELAY), new Ended(NAME, ADDRESS, 1, 0, false));
    }

    @Test
    void aFloodOfPongsIsBoundedAndOneOfThemIsTold() {
        peer(each(listener -> {
            for (int i = 0; i < 10_000; i++) {
                relayed(listener);
            }
        }));
        assertThat(ping(new PingRequest(NAME, 1, 1000, true)))
                .containsExactly(pong(RELAY), new Ended(NAME, ADDRESS, 1, 0, false));
    }

    @Test
    void aPeerThatCannotBePingedIsAClearSentence() {
        peer((key, listener) -> false);
        assertThatThrownBy(() -> ping(new PingRequest(NAME, 1, 1000, true)))
                .isInstanceOf(SunbeamException.class)
                .hasMessage("db cannot be pinged: this node exchanges nothing with it");
    }

    @Test
    void soIsADaemonWithoutAMapAndOneThatIsOnlyStarting() {
        assertThatThrownBy(() -> ping(new PingRequest(NAME, 1, 1000, true))).hasMessage("the daemon is only starting");
        server.answerPings(new PeerPings(() -> null, (key, listener) -> true, INTERVAL_NANOS, Ticker.system()));
        assertThatThrownBy(() -> ping(new PingRequest(NAME, 1, 1000, true)))
                .hasMessage("the daemon is not connected to the tailnet yet, so it knows no peers");
    }

    @Test
    void theRunEndsWhenItsClientLeaves() throws Exception {
        CountDownLatch sent = new CountDownLatch(1);
        CountDownLatch ended = new CountDownLatch(1);
        PeerPings pings =
                new PeerPings(() -> map, each(listener -> sent.countDown()), Deadline.seconds(3600), Ticker.system());
        server.answerPings((request, listener) -> {
            try {
                pings.ping(request, listener);
            } finally {
                ended.countDown();
            }
        });
        try (IpcClient client = IpcClient.connect(folder.resolve("s"))) {
            client.ping(new PingRequest(NAME, 1, PingRequest.MAX_TIMEOUT_MILLIS, true));
            assertThat(sent.await(10, TimeUnit.SECONDS)).isTrue();
        }
        assertThat(ended.await(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void theRunEndsWhenTheDaemonStops() throws Exception {
        CountDownLatch sent = new CountDownLatch(1);
        peer(each(listener -> sent.countDown()));
        PingRequest request = new PingRequest(NAME, 1, PingRequest.MAX_TIMEOUT_MILLIS, true);
        try (IpcClient client = IpcClient.connect(folder.resolve("s"))) {
            client.ping(request);
            assertThat(sent.await(10, TimeUnit.SECONDS)).isTrue();
            server.close();
            assertThat(client.nextPing(request)).isNull();
        }
    }
}
