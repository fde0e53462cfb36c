package pt.sunbeam.netstack;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import pt.sunbeam.ip.IpAddress;
import pt.sunbeam.ip.IpEndpoint;
import pt.sunbeam.netstack.tcp.CongestionControl;
import pt.sunbeam.netstack.tcp.ConnectOptions;
import pt.sunbeam.netstack.tcp.TcpConfig;
import pt.sunbeam.sim.LinkProfile;
import pt.sunbeam.sim.SimClock;
import pt.sunbeam.sim.SimLink;
import pt.sunbeam.time.Deadline;

/** Monotonic time has an arbitrary origin, and may be negative: {@link System#nanoTime}. */
class ClockOriginTest {
    private static final IpAddress A = IpAddress.v4(0x64400001);
    private static final IpAddress B = IpAddress.v4(0x64400002);
    private static final long BYTES = 8 << 20;

    private static long nanosToTransfer(CongestionControl control, long originNanos) {
        SimClock clock = new SimClock(originNanos);
        StackConfig config = StackConfig.DEFAULT.withTcp(TcpConfig.DEFAULT.withCongestionControl(control));
        SimHost a = new SimHost(clock, 1, config, A);
        SimHost b = new SimHost(clock, 2, config, B);
        a.attach(new SimLink(clock, 3, LinkProfile.delay(20), b::receive)::send);
        b.attach(new SimLink(clock, 4, LinkProfile.delay(20), a::receive)::send);
        StreamPeer client = new StreamPeer(5, BYTES);
        StreamPeer server = new StreamPeer(6, 0);
        b.stack.listen(80, c -> server);
        a.stack.connect(new IpEndpoint(B, 80), ConnectOptions.DEFAULT, client, originNanos);
        a.pump();
        while (server.received < BYTES && clock.nowNanos() - originNanos < Deadline.seconds(60)) {
            clock.runNext();
        }
        assertThat(server.receivedHash()).isEqualTo(client.sentHash());
        return clock.nowNanos() - originNanos;
    }

    @ParameterizedTest
    @EnumSource(CongestionControl.class)
    void aClockThatBeganBeforeZeroChangesNothing(CongestionControl control) {
        long usual = nanosToTransfer(control, Deadline.SECOND);
        assertThat(nanosToTransfer(control, Deadline.seconds(-1_000_000))).isEqualTo(usual);
    }
}
