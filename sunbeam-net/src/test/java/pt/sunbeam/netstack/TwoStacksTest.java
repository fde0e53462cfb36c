package pt.sunbeam.netstack;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import pt.sunbeam.ip.IpAddress;
import pt.sunbeam.ip.IpEndpoint;
import pt.sunbeam.netstack.tcp.ConnectOptions;
import pt.sunbeam.sim.LinkProfile;
import pt.sunbeam.sim.SimClock;
import pt.sunbeam.sim.SimLink;
import pt.sunbeam.time.Deadline;

/** Two stacks over a simulated link in virtual time. No foreign bytes: this proves behaviour, not the wire format. */
class TwoStacksTest {
    private static final IpAddress A4 = IpAddress.v4(0x64400001);
    private static final IpAddress B4 = IpAddress.v4(0x64400002);
    private static final IpAddress A6 = IpAddress.v6(0xfd7a115ca1e00000L, 1);
    private static final IpAddress B6 = IpAddress.v6(0xfd7a115ca1e00000L, 2);

    private final SimClock clock = new SimClock(1_000_000_000L);
    private final SimHost a = new SimHost(clock, 1, StackConfig.DEFAULT, A4, A6);
    private final SimHost b = new SimHost(clock, 2, StackConfig.DEFAULT, B4, B6);

    private long doneNanos;

    private void join(long seed, LinkProfile profile) {
        SimLink ab = new SimLink(clock, seed * 2, profile, b::receive);
        SimLink ba = new SimLink(clock, seed * 2 + 1, profile, a::receive);
        a.attach(ab::send);
        b.attach(ba::send);
    }

    private void transfer(IpAddress to, long seed, long up, long down, long seconds) {
        StreamPeer client = new StreamPeer(seed, up);
        StreamPeer server = new StreamPeer(seed + 1000, down);
        b.stack.listen(80, c -> server);
        a.stack.connect(new IpEndpoint(to, 80), ConnectOptions.DEFAULT, client, clock.nowNanos());
        a.pump();
        long end = clock.nowNanos() + Deadline.seconds(seconds);
        while (clock.nextEventNanos() <= end && !(client.closed && server.closed)) {
            clock.runNext();
        }
        doneNanos = clock.nowNanos();
        assertThat(client.reset).isNull();
        assertThat(client.failure).isNull();
        assertThat(server.received).as("seed %d up", seed).isEqualTo(up);
        assertThat(client.received).as("seed %d down", seed).isEqualTo(down);
        assertThat(server.receivedHash()).isEqualTo(client.sentHash());
        assertThat(client.receivedHash()).isEqualTo(server.sentHash());
        assertThat(client.closed && server.closed).as("seed %d closed", seed).isTrue();
        clock.runUntil(clock.nowNanos() + Deadline.seconds(200));
        for (SimHost host : new SimHost[] {a, b}) {
            StackStatus status = host.stack.status();
            assertThat(status.connections()).isZero();
            assertThat(status.timeWait()).isZero();
            assertThat(status.memoryBytes()).isZero();
        }
    }

    @Test
    void bytesArriveBothWaysOverV4() {
        join(1, LinkProfile.delay(10));
        transfer(B4, 1, 3_000_000, 2_000_000, 20);
    }

    @Test
    void bytesArriveBothWaysOverV6() {
        join(1, LinkProfile.delay(10));
        transfer(B6, 1, 3_000_000, 2_000_000, 20);
    }

    @Test
    void anEmptyStreamClosesBothWays() {
        join(1, LinkProfile.delay(10));
        transfer(B4, 1, 0, 0, 5);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
    void aHostileLinkChangesNoByte(long seed) {
        join(
                seed,
                LinkProfile.delay(10 + seed)
                        .withJitter(3)
                        .withLoss(0.01 * (seed % 6))
                        .withDuplicates(0.01)
                        .withCorruption(0.002)
                        .withReordering(0.02, 15));
        transfer(seed % 2 == 0 ? B4 : B6, seed, 400_000, 300_000, 900);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void aNarrowLinkWithAShortQueueIsFilled(long seed) {
        join(seed, LinkProfile.delay(20).withRate(1_250_000, 64));
        transfer(B4, seed, 5_000_000, 0, 8);
    }

    @Test
    void aFastLongPathIsFilledByGrowingTheWindow() {
        join(1, LinkProfile.delay(50).withRate(25_000_000, 1000));
        transfer(B4, 1, 150_000_000, 0, 9);
    }

    @ParameterizedTest
    @ValueSource(longs = {5, 25})
    void oneLossInAThousandLeavesWhatCubicCanDo(long delayMillis) {
        join(3, LinkProfile.delay(delayMillis).withRate(12_500_000, 500).withLoss(0.001));
        long start = clock.nowNanos();
        transfer(B4, 1, 30_000_000, 0, 60);
        long megabits = 30_000_000 * 8000L / (doneNanos - start);
        assertThat(megabits).as("Mbit/s").isGreaterThan(delayMillis == 5 ? 35 : 7);
    }
}
