package pt.sunbeam.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import pt.sunbeam.bytes.PacketBatch;
import pt.sunbeam.keys.NodePrivate;
import pt.sunbeam.keys.NodePublic;
import pt.sunbeam.relay.RelayEvents;
import pt.sunbeam.relay.RelayRegion;
import pt.sunbeam.relay.Relays;
import pt.sunbeam.time.Ticker;
import pt.sunbeam.transport.DialTarget;
import pt.sunbeam.transport.Dialer;
import pt.sunbeam.transport.EventLoops;
import pt.sunbeam.transport.Trust;

/** Relay connections against real relays: the relays of a region in order, and changes of the network. */
@Timeout(60)
class RelaysTest implements RelayEvents {
    private static final int REGION = 7;
    private static final String HOST = "127.0.0.1";

    private final RandomGenerator random = RandomGenerator.of("L64X128MixRandom");
    private final EventLoops loops = new EventLoops("relays-test");
    private final BlockingQueue<String> told = new LinkedBlockingQueue<>();
    private final NodePrivate self = NodePrivate.generate(random);
    private final RelayServer good = server();
    private final RelayServer bad = server();
    private final Relays relays =
            new Relays(self, new Dialer(loops.loop(), Trust.platform()), random, Ticker.system(), this);

    private final CountDownLatch writable = new CountDownLatch(1);

    private RelayServer server() {
        return new RelayServer(NodePrivate.generate(random), null).start();
    }

    @AfterEach
    void close() {
        onLoop(() -> {
            relays.close();
            return true;
        });
        loops.close();
        good.close();
        bad.close();
    }

    private <T> T onLoop(Supplier<T> question) {
        return loops.loop().submit(question::get).syncUninterruptibly().getNow();
    }

    private void home(List<DialTarget> nodes) {
        onLoop(() -> {
            relays.setRegions(Map.of(REGION, new RelayRegion(REGION, "r", "region", nodes)));
            relays.setHome(REGION);
            return true;
        });
    }

    private void awaitTold(String what) throws InterruptedException {
        String next = told.poll(20, TimeUnit.SECONDS);
        while (next != null && !next.equals(what)) {
            next = told.poll(20, TimeUnit.SECONDS);
        }
        assertThat(next).isEqualTo(what);
    }

    private static DialTarget to(RelayServer server) {
        return DialTarget.plain(HOST, server.port());
    }

    private static DialTarget closedPort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return DialTarget.plain(HOST, socket.getLocalPort());
        }
    }

    @Test
    void deadUnresolvableAndRefusingRelaysArePassedOverForTheNextOfTheRegion() throws Exception {
        bad.setRefuse(true);
        home(List.of(closedPort(), DialTarget.plain("no..name", 443), to(bad), to(good)));
        awaitTold("up");
        assertThat(good.hasClient(self.publicKey())).isTrue();
        assertThat(told).isEmpty();
    }

    @Test
    void theFirstRelayIsUsedWhileItWorks() throws Exception {
        home(List.of(to(good), to(bad)));
        awaitTold("up");
        assertThat(good.hasClient(self.publicKey())).isTrue();
        assertThat(bad.hasClient(self.publicKey())).isFalse();
    }

    @Test
    void aRegionWithoutRelaysSaysSo() throws Exception {
        home(List.of());
        awaitTold("down: the region has no relay");
    }

    @Test
    void aConnectionWhoseAddressIsGoneIsMadeAnew() throws Exception {
        home(List.of(to(good)));
        awaitTold("up");
        onLoop(() -> {
            relays.networkChanged(address -> false);
            return true;
        });
        awaitTold("down: " + to(good) + ": this machine no longer has the address " + HOST);
        awaitTold("up");
    }

    @Test
    void aConnectionThatStillAnswersOutlivesAChangeOfTheNetwork() throws Exception {
        home(List.of(to(good)));
        awaitTold("up");
        long heardNanos = onLoop(() -> relays.lastHeardNanos(REGION));
        onLoop(() -> {
            relays.networkChanged(address -> true);
            return true;
        });
        while (onLoop(() -> relays.lastHeardNanos(REGION)) == heardNanos) {
            Thread.onSpinWait();
        }
        assertThat(told).isEmpty();
        assertThat(onLoop(() -> relays.isUp(REGION))).isTrue();
    }

    @Test
    void aDialThatHangsIsOvertakenWhenTheNetworkChanges() throws Exception {
        try (ServerSocket mute = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            home(List.of(DialTarget.tls(HOST, mute.getLocalPort())));
            mute.setSoTimeout(20_000);
            mute.accept();
            onLoop(() -> {
                relays.networkChanged(address -> true);
                return true;
            });
            // The dial itself gives up after ten seconds.
            mute.setSoTimeout(5_000);
            assertThat(mute.accept()).isNotNull();
            assertThat(told).isEmpty();
        }
    }

    @Test
    void aRelayThatTakesPacketsAgainSaysSoInATurnOfItsOwn() throws Exception {
        home(List.of(to(good)));
        awaitTold("up");
        PacketBatch batch = PacketBatch.ofPackets(64, 1280);
        boolean toldWithinTheFlush = onLoop(() -> {
            while (relays.creditBytes(REGION) > 0) {
                batch.clear();
                for (int i = 0; i < 64; i++) {
                    batch.reserve(1280);
                }
                relays.send(REGION, self.publicKey(), batch);
            }
            relays.flush();
            return writable.getCount() == 0;
        });
        assertThat(toldWithinTheFlush).isFalse();
        assertThat(writable.await(20, TimeUnit.SECONDS)).isTrue();
    }

    /** Each restart counts as a failure, and with the seventh the pauses before were 1.4 s long, give or take a half. */
    @Test
    void aRelayThatAnnouncesItsRestartAgainAndAgainIsNotDialledWithoutAPause() throws Exception {
        byte[] restartingNow = {0x15, 0, 0, 0, 8, 0, 0, 0, 0, 0, 0, 0, 0};
        home(List.of(to(good)));
        awaitTold("up");
        long startNanos = System.nanoTime();
        for (int i = 0; i < 7; i++) {
            good.inject(self.publicKey(), restartingNow);
            awaitTold("up");
        }
        assertThat(System.nanoTime() - startNanos).isGreaterThan(TimeUnit.MILLISECONDS.toNanos(600));
    }

    @Override
    public void relayUp(int region) {
        told.add("up");
    }

    @Override
    public void relayDown(int region, String reason) {
        told.add("down: " + reason);
    }

    @Override
    public void relayReceived(int region, NodePublic source, PacketBatch packets) {}

    @Override
    public void relayReadComplete(int region) {}

    @Override
    public void relayWritable(int region) {
        writable.countDown();
    }

    @Override
    public void relayPeerGone(int region, NodePublic peer) {}

    @Override
    public void relayHealth(int region, String text) {}
}
