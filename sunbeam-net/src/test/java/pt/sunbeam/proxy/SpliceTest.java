package pt.sunbeam.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import pt.sunbeam.config.ForwardSpec;
import pt.sunbeam.ip.IpAddress;
import pt.sunbeam.netstack.drive.DrivenSocket;
import pt.sunbeam.netstack.drive.SocketEvent;
import pt.sunbeam.time.Deadline;
import pt.sunbeam.transport.EventLoops;

/** A local socket and a connection in the tailnet, joined: every end of one becomes the same end of the other. */
@Timeout(60)
class SpliceTest {
    private static final int BULK_BYTES = 8 << 20;

    private final DrivenTailnet tailnet = new DrivenTailnet();
    private final EventLoops loops = new EventLoops("splice-test");
    private Forward forward;

    @BeforeEach
    void open() throws Exception {
        onLoop(() -> tailnet.peer.listen(DrivenTailnet.PORT));
        ForwardSpec spec = new ForwardSpec(IpAddress.LOOPBACK_V4, 0, "peer", DrivenTailnet.PORT);
        forward = Forward.open(spec, tailnet, loops.loop());
    }

    @AfterEach
    void nothingIsLeft() throws Exception {
        await(() -> forward.connectionCount() == 0);
        onLoop(() -> {
            forward.close();
            DrivenSocket socket = tailnet.accepted;
            if (socket != null) {
                socket.close(tailnet.nowNanos());
            }
            tailnet.pump();
            return true;
        });
        await(() -> tailnet.stack.status().connections() == 0);
        assertThat(onLoop(() -> tailnet.stack.status().memoryBytes())).isZero();
        loops.close();
    }

    private <T> T onLoop(Callable<T> call) throws Exception {
        return loops.loop().submit(call).get();
    }

    /** Lets the loop turn until {@code holds} there. */
    private void await(Callable<Boolean> holds) throws Exception {
        while (!onLoop(holds)) {
            Thread.onSpinWait();
        }
    }

    private Socket connect() throws Exception {
        Socket socket = new Socket(
                InetAddress.getLoopbackAddress(), forward.localEndpoint().port());
        await(() -> tailnet.accepted != null);
        return socket;
    }

    private void peerWrites(int bytes) throws Exception {
        onLoop(() -> {
            int n = tailnet.accepted.write(new byte[bytes], 0, bytes, tailnet.nowNanos());
            tailnet.pump();
            return assertThat(n).isEqualTo(bytes);
        });
    }

    private int peerReads() throws Exception {
        return onLoop(() -> {
            int n = tailnet.accepted.read(1 << 20, tailnet.nowNanos()).length;
            tailnet.pump();
            return n;
        });
    }

    private void peer(java.util.function.Consumer<DrivenSocket> action) throws Exception {
        onLoop(() -> {
            action.accept(tailnet.accepted);
            tailnet.pump();
            return true;
        });
    }

    private void awaitAtPeer(Class<? extends SocketEvent> event) throws Exception {
        await(() -> tailnet.accepted.takeEvents().stream().anyMatch(event::isInstance));
    }

    @Test
    void aLocalEndBecomesAFinAndTheAnswerStillComes() throws Exception {
        try (Socket local = connect()) {
            local.getOutputStream().write(new byte[1000]);
            local.shutdownOutput();
            awaitAtPeer(SocketEvent.PeerFin.class);
            assertThat(peerReads()).isEqualTo(1000);
            peerWrites(500);
            peer(s -> s.shutdownWrite(tailnet.nowNanos()));
            assertThat(local.getInputStream().readAllBytes()).hasSize(500);
        }
    }

    @Test
    void aFinBecomesALocalEndAndTheAnswerStillLeaves() throws Exception {
        try (Socket local = connect()) {
            peerWrites(500);
            peer(s -> s.shutdownWrite(tailnet.nowNanos()));
            assertThat(local.getInputStream().readAllBytes()).hasSize(500);
            local.getOutputStream().write(new byte[1000]);
            local.shutdownOutput();
            awaitAtPeer(SocketEvent.PeerFin.class);
            assertThat(peerReads()).isEqualTo(1000);
        }
    }

    @Test
    void aLocalResetBecomesAReset() throws Exception {
        Socket local = connect();
        local.setSoLinger(true, 0);
        local.close();
        awaitAtPeer(SocketEvent.Reset.class);
    }

    @Test
    void aResetBecomesALocalResetBehindTheBytesThatCame() throws Exception {
        try (Socket local = connect()) {
            peerWrites(500);
            peer(s -> s.abort(tailnet.nowNanos()));
            byte[] first = local.getInputStream().readNBytes(500);
            assertThat(first).hasSize(500);
            assertThatThrownBy(() -> local.getInputStream().read()).isInstanceOf(IOException.class);
        }
    }

    @Test
    void aClientThatLeavesWhileTheTargetIsSilentLeavesNothing() throws Exception {
        onLoop(() -> tailnet.silent = true);
        Socket local = new Socket(
                InetAddress.getLoopbackAddress(), forward.localEndpoint().port());
        await(() -> tailnet.stack.status().connections() == 1);
        local.setSoLinger(true, 0);
        local.close();
        await(() -> tailnet.stack.status().connections() == 0);
    }

    @Test
    void aSlowPeerHoldsTheLocalProgramAndLosesNothing() throws Exception {
        try (Socket local = connect()) {
            CompletableFuture<Void> writer = CompletableFuture.runAsync(() -> {
                try {
                    local.getOutputStream().write(new byte[BULK_BYTES]);
                    local.shutdownOutput();
                } catch (IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            });
            await(() -> tailnet.accepted.info().readableBytes() > 200_000);
            long most = 0;
            int received = 0;
            while (received < BULK_BYTES) {
                most = Math.max(most, onLoop(() -> tailnet.stack.status().memoryBytes()));
                received += peerReads();
            }
            writer.get();
            assertThat(most).as("bytes held for the peer").isLessThan(7 << 20);
            peer(s -> s.shutdownWrite(tailnet.nowNanos()));
            assertThat(local.getInputStream().read()).isEqualTo(-1);
        }
    }

    @Test
    void aLocalProgramThatDoesNotReadStopsThePeerAndLosesNothing() throws Exception {
        try (Socket local = connect()) {
            long written = 0;
            for (int refused = 0; refused < 3; ) {
                int n = onLoop(() -> {
                    int taken = tailnet.accepted.write(new byte[64 << 10], 0, 64 << 10, tailnet.nowNanos());
                    tailnet.pump();
                    tailnet.pass(taken == 0 ? Deadline.SECOND : 0);
                    return taken;
                });
                written += n;
                refused = n == 0 ? refused + 1 : 0;
            }
            assertThat(onLoop(() -> tailnet.stack.status().memoryBytes()))
                    .as("bytes held for the program")
                    .isLessThan(9 << 20);
            peer(s -> s.shutdownWrite(tailnet.nowNanos()));
            long received = 0;
            byte[] chunk = new byte[64 << 10];
            for (int n = local.getInputStream().read(chunk);
                    n >= 0;
                    n = local.getInputStream().read(chunk)) {
                received += n;
            }
            assertThat(received).isEqualTo(written);
            local.shutdownOutput();
            awaitAtPeer(SocketEvent.PeerFin.class);
        }
    }

    // --- what never becomes a connection

    private Socket connectLocally() throws IOException {
        return new Socket(
                InetAddress.getLoopbackAddress(), forward.localEndpoint().port());
    }

    private void isReset(Socket local) {
        assertThatThrownBy(() -> local.getInputStream().readAllBytes())
                .isInstanceOf(IOException.class)
                .hasMessageContaining("reset");
    }

    private void failsWith(String reason) throws Exception {
        assertThat(onLoop(() -> forward.lastFailure())).contains(reason);
    }

    @Test
    void aTargetThatRefusesResetsTheLocalSocketAndSaysSo() throws Exception {
        onLoop(() -> {
            forward.close();
            return true;
        });
        forward = Forward.open(
                new ForwardSpec(IpAddress.LOOPBACK_V4, 0, "peer", DrivenTailnet.PORT + 1), tailnet, loops.loop());
        try (Socket local = connectLocally()) {
            isReset(local);
            failsWith("peer:81 refused the connection");
        }
    }

    @Test
    void anAddressThatNobodyCarriesResetsTheLocalSocket() throws Exception {
        tailnet.unroutable = true;
        try (Socket local = connectLocally()) {
            isReset(local);
            failsWith("no peer carries the address of peer:80");
        }
    }

    @Test
    void aNameThatNobodyHasResetsTheLocalSocket() throws Exception {
        tailnet.nameless = true;
        try (Socket local = connectLocally()) {
            isReset(local);
            failsWith("no peer is called \"peer\"");
        }
    }

    @Test
    void aPeerThatTheServerCallsOfflineResetsTheLocalSocketAtOnce() throws Exception {
        tailnet.silent = true;
        tailnet.refusal = "the server says that peer is offline";
        try (Socket local = connectLocally()) {
            isReset(local);
            failsWith("the server says that peer is offline");
        }
    }

    @Test
    void aTargetThatNeverAnswersResetsTheLocalSocketAfterTheTimeOut() throws Exception {
        tailnet.silent = true;
        try (Socket local = connectLocally()) {
            await(() -> forward.connectionCount() == 1);
            onLoop(() -> {
                tailnet.pass(Deadline.seconds(21));
                return true;
            });
            isReset(local);
            failsWith("peer:80 did not answer in time");
        }
    }

    @Test
    void aPeerThatLeavesResetsTheLocalSocket() throws Exception {
        try (Socket local = connect()) {
            onLoop(() -> {
                tailnet.removePeer();
                tailnet.pump();
                return true;
            });
            isReset(local);
        }
    }
}
