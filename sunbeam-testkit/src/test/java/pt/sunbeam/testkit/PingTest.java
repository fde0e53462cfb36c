package pt.sunbeam.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import pt.sunbeam.ipc.IpcClient;
import pt.sunbeam.ipc.PingEvent;
import pt.sunbeam.ipc.PingRequest;

/** A whole daemon that pings a peer in the testkit's tailnet: by its relay, and directly where this host has an address for it. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class PingTest {
    @TempDir
    Path folder;

    private TestTailnet tailnet;
    private RunningDaemon daemon;

    @BeforeEach
    void join() throws Exception {
        tailnet = TestTailnet.start();
        tailnet.addPeer("web");
        daemon = RunningDaemon.start(
                folder.resolve("state"), RunningDaemon.settings(tailnet.url(), TestTailnet.AUTH_KEY, "client"));
        daemon.awaitRunning();
        daemon.await(status -> status.peers().stream().anyMatch(peer -> Boolean.TRUE.equals(peer.online())));
    }

    @AfterEach
    void leave() throws Exception {
        daemon.close();
        tailnet.close();
    }

    private List<PingEvent> ping(PingRequest request) {
        List<PingEvent> events = new ArrayList<>();
        try (IpcClient client = IpcClient.connect(daemon.folder().socket())) {
            client.ping(request);
            for (PingEvent e = client.nextPing(request); e != null; e = client.nextPing(request)) {
                events.add(e);
            }
        }
        return events;
    }

    @Test
    void aPeerAnswersAndItsNameAndAddressAreThoseOfStatus() throws Exception {
        var web = daemon.await(s -> true).peers().getFirst();
        List<PingEvent> events = ping(new PingRequest("web", 2, 10_000, false));
        assertThat(events)
                .allSatisfy(event -> {
                    assertThat(event.peer()).isEqualTo("web");
                    assertThat(event.address()).isEqualTo(web.addresses().getFirst());
                })
                .last()
                .isInstanceOfSatisfying(PingEvent.Ended.class, ended -> {
                    assertThat(ended.answered()).isEqualTo(2);
                    assertThat(ended.timedOut()).isZero();
                });
        assertThat(events).filteredOn(event -> event instanceof PingEvent.Pong).hasSizeGreaterThanOrEqualTo(2);
    }

    @Test
    void aPeerThatTheServerCallsOfflineIsRefusedWithItsReason() throws Exception {
        var late = tailnet.addPeer("late");
        daemon.await(s -> s.peers().stream().anyMatch(p -> p.name().equals("late") && Boolean.TRUE.equals(p.online())));
        late.close();
        daemon.await(
                s -> s.peers().stream().anyMatch(p -> p.name().equals("late") && Boolean.FALSE.equals(p.online())));
        assertThatThrownBy(() -> ping(new PingRequest("late", 1, 1000, true)))
                .hasMessageStartingWith("the server says that late is offline");
    }

    @Test
    void theDaemonsOwnNameAndAnUnknownOneAreRefused() {
        assertThatThrownBy(() -> ping(new PingRequest("client", 1, 1000, true)))
                .hasMessage("\"client\" is this node itself");
        assertThatThrownBy(() -> ping(new PingRequest("nobody", 1, 1000, true)))
                .hasMessage("no peer is called \"nobody\"");
    }
}
