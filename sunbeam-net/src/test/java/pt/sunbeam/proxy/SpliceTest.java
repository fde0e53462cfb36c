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
    void aSlowLocalProgramHoldsThePeerAndLosesNothing() throws Exception {
        try (Socket local = connect()) {
            int written = 0;
            int received = 0;
            byte[] chunk = new byte[64 << 10];
            while (received < BULK_BYTES) {
                int left = BULK_BYTES - written;
                written += onLoop(() -> {
                    int n = tailnet.accepted.write(chunk, 0, Math.min(left, chunk.length), tailnet.nowNanos());
                    tailnet.pump();
                    return n;
                });
                if (local.getInputStream().available() > 0 || written == BULK_BYTES) {
                    received += local.getInputStream().read(chunk);
                }
            }
            peer(s -> s.shutdownWrite(tailnet.nowNanos()));
            assertThat(local.getInputStream().read()).isEqualTo(-1);
            local.shutdownOutput();
            awaitAtPeer(SocketEvent.PeerFin.class);
        }
    }
}
