package pt.sunbeam.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import pt.sunbeam.control.ControlProgress;
import pt.sunbeam.control.MapLimits;
import pt.sunbeam.control.NodeKeyStore.NodeKeys;
import pt.sunbeam.failure.FailureCode;
import pt.sunbeam.failure.SunbeamException;
import pt.sunbeam.ip.IpEndpoint;
import pt.sunbeam.keys.NodePublic;
import pt.sunbeam.netmap.Netmap;
import pt.sunbeam.netmap.PacketFilter;
import pt.sunbeam.tailcfg.DerpMap;
import pt.sunbeam.tailcfg.DerpRegion;
import pt.sunbeam.tailcfg.EndpointType;
import pt.sunbeam.tailcfg.HostState;
import pt.sunbeam.tailcfg.MapRequest;
import pt.sunbeam.tailcfg.Node;

/** The whole client against the server of this module: behaviour, not wire formats. */
@Timeout(60)
class ControlClientTest {
    private static final Duration SHORT = Duration.ofMillis(300);
    private static final Duration LONG = Duration.ofSeconds(20);

    private final ControlServer server = ControlServer.start();

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void twoNodesWithAnAuthKeySeeEachOther() throws Exception {
        server.addAuthKey("key", true);
        try (TestNode a = new TestNode(server, "a");
                TestNode b = new TestNode(server, "b")) {
            a.run("key");
            a.netmapWhere(n -> n.peers().isEmpty());
            b.run("key");
            Netmap seen = a.netmapWhere(n -> n.peers().size() == 1
                    && Boolean.TRUE.equals(n.peers().getFirst().online()));
            Node peer = seen.peers().getFirst();
            assertThat(peer.shortName()).isEqualTo("b");
            assertThat(peer.addresses()).hasToString("[100.64.0.2/32, fd7a:115c:a1e0::2/128]");
            assertThat(peer.discoKey()).isEqualTo(b.state.discoKey());
            assertThat(peer.endpoints()).containsExactly(IpEndpoint.parse("192.0.2.1:41641"));
            assertThat(peer.homeDerp()).isEqualTo(1);
            assertThat(seen.magicDnsSuffix()).isEqualTo("tail.test");
        }
    }

    @Test
    void theStateIsReportedBeforeTheStreamAndInFullEveryTime() throws Exception {
        server.addAuthKey("key", true);
        try (TestNode a = new TestNode(server, "a")) {
            a.run("key");
            a.netmapWhere(n -> true);
            List<MapRequest> requests = List.copyOf(server.mapRequests);
            assertThat(requests.get(0).stream()).isFalse();
            assertThat(requests.get(0).omitPeers()).isTrue();
            assertThat(requests.get(1).stream()).isTrue();
            for (MapRequest request : requests) {
                assertThat(request.discoKey()).isEqualTo(a.state.discoKey());
                assertThat(request.hostinfo()).isEqualTo(a.state.hostinfo());
                assertThat(request.endpoints()).hasSize(1);
            }
        }
    }

    @Test
    void aChangeOfEndpointsReachesPeersWhileTheStreamIsOpen() throws Exception {
        server.addAuthKey("key", true);
        try (TestNode a = new TestNode(server, "a");
                TestNode b = new TestNode(server, "b")) {
            a.run("key");
            b.run("key");
            b.netmapWhere(n -> true);
            IpEndpoint moved = IpEndpoint.parse("198.51.100.7:9");
            b.client().update(b.state.withEndpoints(List.of(new HostState.Endpoint(moved, EndpointType.STUN))));
            a.netmapWhere(n ->
                    !n.peers().isEmpty() && n.peers().getFirst().endpoints().equals(List.of(moved)));
        }
    }

    @Test
    void deltasOfLeavingFilterAndRelaysArrive() throws Exception {
        server.addAuthKey("key", true);
        try (TestNode a = new TestNode(server, "a");
                TestNode b = new TestNode(server, "b")) {
            a.run("key");
            b.run("key");
            NodePublic gone = a.netmapWhere(n -> n.peers().size() == 1
                            && Boolean.TRUE.equals(n.peers().getFirst().online()))
                    .peers()
                    .getFirst()
                    .key();
            server.derpMap(DerpMap.of(Map.of(7, DerpRegion.of(7, "r", List.of()))));
            a.netmapWhere(n -> n.derpMap().region(7) != null);
            server.packetFilter(List.of());
            a.netmapWhere(n -> n.packetFilter().equals(PacketFilter.DENY_ALL));
            b.client().close();
            a.netmapWhere(n -> Boolean.FALSE.equals(n.peers().getFirst().online()));
            server.delete(gone);
            a.netmapWhere(n -> n.peers().isEmpty());
        }
    }

    @Test
    void anInteractiveLoginShowsItsUrlAndWaits() throws Exception {
        try (TestNode a = new TestNode(server, "a")) {
            a.run("");
            ControlProgress.LoginNeeded needed =
                    (ControlProgress.LoginNeeded) a.progressWhere(p -> p instanceof ControlProgress.LoginNeeded);
            assertThat(a.keys.current()).isNull();
            server.approve(needed.url());
            a.netmapWhere(n -> true);
            assertThat(a.keys.current()).isNotNull();
            assertThat(a.keys.pending()).isNull();
        }
    }

    @Test
    void everyRefusalHasItsOwnTextAndOneCode() throws Exception {
        server.addAuthKey("once", false);
        server.addExpiredAuthKey("old");
        try (TestNode a = new TestNode(server, "a");
                TestNode b = new TestNode(server, "b")) {
            a.run("once");
            a.netmapWhere(n -> true);
            assertThat(TestNode.end(b.run("once"))).hasMessageContaining("authkey already used");
            assertThat(TestNode.end(b.run("old"))).hasMessageContaining("authkey expired");
            SunbeamException bad = TestNode.end(b.run("nonsense"));
            assertThat(bad).hasMessageContaining("invalid pre auth key");
            assertThat(bad.code()).isEqualTo(FailureCode.AUTH_REFUSED);
            assertThat(bad.advice()).contains("Check the key for missing characters");
        }
    }

    @Test
    void aRestartWithASpentKeyKeepsNodeAndAddress() throws Exception {
        server.addAuthKey("once", false);
        try (TestNode a = new TestNode(server, "a")) {
            CompletableFuture<SunbeamException> end = a.run("once");
            Netmap first = a.netmapWhere(n -> true);
            a.client().close();
            assertThat(TestNode.end(end).code()).isEqualTo(FailureCode.INTERRUPTED);
            a.netmaps.clear();
            a.run("once");
            Netmap second = a.netmapWhere(n -> true);
            assertThat(second.self().key()).isEqualTo(first.self().key());
            assertThat(second.ownAddresses()).isEqualTo(first.ownAddresses());
        }
    }

    @Test
    void aKeyThatWasPendingWhenTheProcessDiedIsRegisteredAgain() throws Exception {
        server.addAuthKey("once", false);
        try (TestNode a = new TestNode(server, "a")) {
            a.run("once");
            a.netmapWhere(n -> true);
            a.client().close();
            a.keys = new NodeKeys(null, a.keys.current());
            a.netmaps.clear();
            a.run("once");
            a.netmapWhere(n -> true);
            assertThat(server.nodes()).hasSize(1);
        }
    }

    @Test
    void anExpiredKeyIsReplacedOnceAndTheNodeKeepsItsAddress() throws Exception {
        server.addAuthKey("key", true);
        try (TestNode a = new TestNode(server, "a")) {
            CompletableFuture<SunbeamException> end = a.run("key");
            Netmap first = a.netmapWhere(n -> true);
            server.expire(first.self().key());
            a.client().close();
            TestNode.end(end);
            a.netmaps.clear();
            a.run("key");
            Netmap second = a.netmapWhere(n -> true);
            assertThat(second.self().key()).isNotEqualTo(first.self().key());
            assertThat(second.ownAddresses()).isEqualTo(first.ownAddresses());
            assertThat(server.registrations)
                    .last()
                    .satisfies(r ->
                            assertThat(r.oldNodeKey()).isEqualTo(first.self().key()));
            assertThat(server.nodes()).hasSize(1);
        }
    }

    @Test
    void anUnknownNodeRegistersAgainOnTheSameConnection() throws Exception {
        server.addAuthKey("key", true);
        try (TestNode a = new TestNode(server, "a")) {
            CompletableFuture<SunbeamException> end = a.run("key");
            Netmap first = a.netmapWhere(n -> true);
            server.delete(first.self().key());
            assertThat(TestNode.end(end).code()).isEqualTo(FailureCode.CONTROL_FAILED);
            a.netmaps.clear();
            a.run("key");
            assertThat(a.netmapWhere(n -> true).self().key())
                    .isEqualTo(first.self().key());
        }
    }

    @Test
    void aServerThatAsksForPatienceIsAskedAgain() throws Exception {
        server.addAuthKey("key", true);
        server.faults().tooManyRequests.set(1);
        try (TestNode a = new TestNode(server, "a")) {
            a.run("key");
            a.netmapWhere(n -> true);
            assertThat(server.registrations).hasSize(2);
        }
    }

    @Test
    void aTooOldClientIsToldSo() throws Exception {
        server.faults().minVersion = 999;
        try (TestNode a = new TestNode(server, "a")) {
            SunbeamException end = TestNode.end(a.run("key"));
            assertThat(end.code()).isEqualTo(FailureCode.CONTROL_UNSUPPORTED);
            assertThat(end).hasMessageContaining("unsupported client version");
        }
    }

    @Test
    void aServerThatAcceptsAndSaysNothingIsLeft() throws Exception {
        server.faults().silent = true;
        try (TestNode a = new TestNode(server, "a").within(LONG, SHORT, LONG)) {
            assertThat(TestNode.end(a.run("key")).code()).isEqualTo(FailureCode.CONTROL_UNREACHABLE);
        }
    }

    @Test
    void aConnectionWhoseAddressIsGoneEndsAtOnce() throws Exception {
        server.addAuthKey("key", true);
        try (TestNode a = new TestNode(server, "a").within(LONG, LONG, LONG)) {
            CompletableFuture<SunbeamException> end = a.run("key");
            a.netmapWhere(n -> true);
            server.faults().deaf = true;
            a.client().networkChanged(address -> !address.isLoopback());
            assertThat(TestNode.end(end).code().permanent()).isFalse();
        }
    }

    @Test
    void aConnectionThatStillAnswersOutlivesAChangeOfTheNetwork() throws Exception {
        server.addAuthKey("key", true);
        try (TestNode a = new TestNode(server, "a").within(LONG, LONG, LONG)) {
            CompletableFuture<SunbeamException> end = a.run("key");
            a.netmapWhere(n -> true);
            a.client().networkChanged(address -> true);
            a.client().abandonDial();
            assertThat(end).failsWithin(TestNode.LIFE.multipliedBy(2)).withThrowableOfType(TimeoutException.class);
        }
    }

    @Test
    void aConnectionThatAnswersNoPingAfterAChangeOfTheNetworkEnds() throws Exception {
        server.addAuthKey("key", true);
        try (TestNode a = new TestNode(server, "a").within(LONG, LONG, LONG)) {
            CompletableFuture<SunbeamException> end = a.run("key");
            a.netmapWhere(n -> true);
            server.faults().deaf = true;
            a.client().networkChanged(address -> true);
            assertThat(TestNode.end(end).code().permanent()).isFalse();
        }
    }

    @Test
    void anAttemptThatStillDialsIsAbandonedWhenTheNetworkChanges() throws Exception {
        server.faults().silent = true;
        try (TestNode a = new TestNode(server, "a").within(LONG, LONG, LONG)) {
            CompletableFuture<SunbeamException> end = a.run("key");
            a.progressWhere(p -> p instanceof ControlProgress.Connecting);
            a.client().abandonDial();
            SunbeamException reason = TestNode.end(end);
            assertThat(reason.code()).isEqualTo(FailureCode.CONTROL_UNREACHABLE);
            assertThat(reason).hasMessageContaining("the network changed");
        }
    }

    @Test
    void aMapWithoutHeadersIsLeft() throws Exception {
        server.addAuthKey("key", true);
        server.faults().silentMap = true;
        try (TestNode a = new TestNode(server, "a").within(SHORT, LONG, LONG)) {
            assertThat(TestNode.end(a.run("key"))).hasMessageContaining("said nothing");
        }
    }

    @Test
    void aFrozenStreamIsLeftThoughHalfAMessageCame() throws Exception {
        server.addAuthKey("key", true);
        try (TestNode a = new TestNode(server, "a").within(Duration.ofSeconds(1), LONG, LONG)) {
            CompletableFuture<SunbeamException> end = a.run("key");
            Netmap first = a.netmapWhere(n -> true);
            server.injectBytes(first.self().key(), new byte[] {100, 0, 0, 0, '{'});
            assertThat(TestNode.end(end)).hasMessageContaining("said nothing");
        }
    }

    @Test
    void aFrameOfFourGibibytesEndsTheStreamAtOnce() throws Exception {
        server.addAuthKey("key", true);
        try (TestNode a = new TestNode(server, "a")) {
            CompletableFuture<SunbeamException> end = a.run("key");
            Netmap first = a.netmapWhere(n -> true);
            server.injectBytes(first.self().key(), new byte[] {-1, -1, -1, -1});
            assertThat(TestNode.end(end)).hasMessageContaining("4294967295 bytes");
        }
    }

    @Test
    void aCompressedBombEndsTheStream() throws Exception {
        server.addAuthKey("key", true);
        try (TestNode a = new TestNode(server, "a").limits(new MapLimits(1 << 20, 1 << 20, 100_000))) {
            CompletableFuture<SunbeamException> end = a.run("key");
            Netmap first = a.netmapWhere(n -> true);
            server.injectBytes(first.self().key(), Tailnet.frame(new byte[(1 << 20) + 1], true));
            assertThat(TestNode.end(end)).hasMessageContaining("longer than 1048576 bytes");
        }
    }

    @Test
    void aMapOfManyMegabytesArrivesWhole() throws Exception {
        server.addAuthKey("key", true);
        try (TestNode a = new TestNode(server, "a")) {
            a.run("key");
            Netmap first = a.netmapWhere(n -> true);
            String padding = "x".repeat(900_000);
            server.injectBytes(
                    first.self().key(),
                    Tailnet.frame(
                            ("{\"Health\":[" + ("\"" + padding + "\",").repeat(6) + "\"end\"]}")
                                    .getBytes(StandardCharsets.UTF_8),
                            false));
            assertThat(a.netmapWhere(n -> !n.health().isEmpty()).health()).hasSize(7);
        }
    }

    @Test
    void pingsAreAnsweredOverHttpThroughNoiseAndByEcho() throws Exception {
        server.addAuthKey("key", true);
        try (TestNode a = new TestNode(server, "a")) {
            a.run("key");
            NodePublic key = a.netmapWhere(n -> true).self().key();
            server.ping(key, "", false, "");
            assertThat(server.pings.poll(20, TimeUnit.SECONDS)).startsWith(ControlServer.PING_PATH);
            server.ping(key, "", true, "");
            assertThat(server.pings.poll(20, TimeUnit.SECONDS)).startsWith(ControlServer.PING_PATH);
            String echo = "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello";
            server.ping(key, "c2n", true, base64(echo));
            assertThat(server.pings.poll(20, TimeUnit.SECONDS))
                    .contains("HTTP/1.1 200 OK")
                    .endsWith("hello");
            server.ping(key, "c2n", true, base64("GET /debug/prefs HTTP/1.1\r\n\r\n"));
            assertThat(server.pings.poll(20, TimeUnit.SECONDS)).contains("400").endsWith("unknown c2n path");
        }
    }

    @Test
    void aServerWithoutEarlyPayloadIsFine() throws Exception {
        server.addAuthKey("key", true);
        server.faults().noEarlyPayload = true;
        try (TestNode a = new TestNode(server, "a")) {
            a.run("key");
            a.netmapWhere(n -> true);
        }
    }

    @Test
    void aRefusedHandshakeShowsTheServersWords() throws Exception {
        server.faults().handshakeError = "no such client\u0007";
        try (TestNode a = new TestNode(server, "a")) {
            assertThat(TestNode.end(a.run("key"))).hasMessageEndingWith("it refused the handshake: no such client");
        }
    }

    @Test
    void cancellingWhileTheServerIsSilentIsPrompt() throws Exception {
        server.faults().silent = true;
        try (TestNode a = new TestNode(server, "a")) {
            CompletableFuture<SunbeamException> end = a.run("key");
            a.progressWhere(p -> true);
            a.client().close();
            assertThat(end.get(5, TimeUnit.SECONDS).code()).isEqualTo(FailureCode.INTERRUPTED);
        }
    }

    @Test
    void aDroppedConnectionEndsTheRunAndTheNextOneWorks() throws Exception {
        server.addAuthKey("key", true);
        try (TestNode a = new TestNode(server, "a")) {
            CompletableFuture<SunbeamException> end = a.run("key");
            a.netmapWhere(n -> true);
            server.restart();
            assertThat(TestNode.end(end).code().permanent()).isFalse();
            a.netmaps.clear();
            a.run("key");
            a.netmapWhere(n -> true);
        }
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.ISO_8859_1));
    }
}
