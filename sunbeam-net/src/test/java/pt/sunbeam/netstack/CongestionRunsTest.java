package pt.sunbeam.netstack;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import pt.sunbeam.ip.IpAddress;
import pt.sunbeam.ip.IpEndpoint;
import pt.sunbeam.netstack.tcp.CongestionControl;
import pt.sunbeam.netstack.tcp.ConnectOptions;
import pt.sunbeam.netstack.tcp.TcpConfig;
import pt.sunbeam.netstack.tcp.TcpConnection;
import pt.sunbeam.netstack.tcp.TcpEvents;
import pt.sunbeam.sim.LinkProfile;
import pt.sunbeam.sim.SimClock;
import pt.sunbeam.sim.SimLink;
import pt.sunbeam.time.Deadline;

/** Whole stacks that share a bottleneck of 100 Mbit/s in virtual time: who gets how much, and what the queue suffers. */
class CongestionRunsTest {
    private static final long RATE = 12_500_000;
    private static final int PACKET = 1280;
    private static final IpAddress SERVER = IpAddress.v4(0x64400064);

    private final SimClock clock = new SimClock(Deadline.SECOND);
    private final SimHost server = new SimHost(clock, 99, StackConfig.DEFAULT, SERVER);
    private final List<SimHost> clients = new ArrayList<>();
    private final List<Flow> flows = new ArrayList<>();
    private SimLink up;
    private SimLink down;

    /** An upload without end, and what of it has arrived. */
    private static final class Flow implements TcpEvents {
        private final ByteBuffer source = ByteBuffer.allocate(65536);
        private final ByteBuffer target = ByteBuffer.allocate(65536);
        TcpConnection connection;
        long received;

        @Override
        public void connected(TcpConnection c) {
            connection = c;
            writable(c);
        }

        @Override
        public void writable(TcpConnection c) {
            while (c.write(source.clear()) > 0) {
                // as much as fits
            }
        }

        private TcpEvents receiver() {
            return new TcpEvents() {
                @Override
                public void readable(TcpConnection c) {
                    for (int n = c.read(target.clear()); n > 0; n = c.read(target.clear())) {
                        received += n;
                    }
                }
            };
        }
    }

    private static LinkProfile oneWay(long rttMillis, double loss) {
        return LinkProfile.PERFECT
                .with(new LinkProfile.Latency(Deadline.millis(rttMillis) / 2, 0, 0, 0))
                .withLoss(loss);
    }

    private static int productPackets(long rttMillis) {
        return (int) (RATE * rttMillis / 1000 / PACKET);
    }

    private void path(long rttMillis, double loss, double queueProducts) {
        int queue = (int) (productPackets(rttMillis) * queueProducts);
        up = new SimLink(clock, 7, oneWay(rttMillis, loss).withRate(RATE, queue), server::receive);
        down = new SimLink(
                clock, 8, oneWay(rttMillis, loss), p -> clients.get(p[19] - 1).receive(p));
        server.attach(down::send);
    }

    private Flow upload(CongestionControl control) {
        TcpConfig tcp = TcpConfig.DEFAULT.withCongestionControl(control);
        int number = clients.size() + 1;
        SimHost client =
                new SimHost(clock, number, StackConfig.DEFAULT.withTcp(tcp), IpAddress.v4(0x64400000 + number));
        client.attach(up::send);
        clients.add(client);
        Flow flow = new Flow();
        flows.add(flow);
        server.stack.listen(80 + number, c -> flow.receiver());
        client.stack.connect(new IpEndpoint(SERVER, 80 + number), ConnectOptions.DEFAULT, flow, clock.nowNanos());
        client.pump();
        run(37);
        return flow;
    }

    private void run(long millis) {
        clock.runUntil(clock.nowNanos() + Deadline.millis(millis));
    }

    /** Mbit/s of each flow over the next {@code seconds}. */
    private double[] measure(int seconds) {
        long[] before = flows.stream().mapToLong(f -> f.received).toArray();
        run(seconds * 1000L);
        double[] megabits = new double[before.length];
        for (int i = 0; i < before.length; i++) {
            megabits[i] = (flows.get(i).received - before[i]) * 8 / 1e6 / seconds;
        }
        return megabits;
    }

    @ParameterizedTest
    @EnumSource(CongestionControl.class)
    void oneFlowFillsTheBottleneck(CongestionControl control) {
        path(50, 0, 1);
        upload(control);
        run(3_000);
        assertThat(measure(10)[0]).isGreaterThan(90);
    }

    @ParameterizedTest
    @CsvSource({"10, 0.01, 85", "10, 0.03, 80", "50, 0.01, 80", "50, 0.03, 75", "200, 0.01, 60"})
    void bbrKeepsItsRateOnALossyPath(long rttMillis, double loss, double least) {
        path(rttMillis, loss, 1);
        upload(CongestionControl.BBR);
        run(5_000);
        assertThat(measure(15)[0]).isGreaterThan(least);
    }

    @ParameterizedTest
    @CsvSource({
        "BBR, BBR, 20, 0.35",
        "BBR, CUBIC, 20, 0.35",
        "CUBIC, BBR, 20, 0.35",
        "CUBIC, CUBIC, 20, 0.3",
        "BBR, BBR, 50, 0.3",
        "CUBIC, BBR, 50, 0.35"
    })
    void twoFlowsShareAQueueOfOneProduct(
            CongestionControl first, CongestionControl second, long rttMillis, double least) {
        path(rttMillis, 0, 1);
        upload(first);
        upload(second);
        double[] share = measure(30);
        double sum = share[0] + share[1];
        assertThat(sum).isGreaterThan(88);
        assertThat(Math.min(share[0], share[1]) / sum)
                .as("share of the smaller")
                .isGreaterThan(least);
    }

    @Test
    void bbrLeavesALongQueueAlmostEmpty() {
        path(20, 0, 10);
        upload(CongestionControl.BBR);
        run(3_000);
        int longest = 0;
        for (int i = 0; i < 1000; i++) {
            run(10);
            longest = Math.max(longest, up.queuedPackets());
        }
        assertThat(longest).as("packets, of %d", productPackets(200)).isLessThan(productPackets(30));
    }

    @ParameterizedTest
    @EnumSource(CongestionControl.class)
    void aMoveToALongerPathAndBackStallsNothing(CongestionControl control) {
        path(1, 0, 200);
        Flow flow = upload(control);
        run(3_000);
        up.changePath(oneWay(100, 0).withRate(RATE, productPackets(200)));
        down.changePath(oneWay(100, 0));
        run(2_000);
        assertThat(measure(2)[0]).as("on the longer path").isGreaterThan(50);
        up.changePath(oneWay(1, 0).withRate(RATE, productPackets(200)));
        down.changePath(oneWay(1, 0));
        run(500);
        assertThat(measure(2)[0]).as("back on the shorter one").isGreaterThan(85);
        assertThat(flow.connection.info().retransmits())
                .as("a little reordering at the switch")
                .isLessThan(1_000);
    }

    @ParameterizedTest
    @EnumSource(CongestionControl.class)
    void aRelayThatHoldsEverythingForSixTenthsOfASecondCostsOneRepeatAndNoWindow(CongestionControl control) {
        path(40, 0, 4);
        Flow flow = upload(control);
        run(5_000);
        long before = flow.connection.info().retransmits();
        up.holdUntil(clock.nowNanos() + Deadline.millis(600));
        run(800);
        assertThat(flow.connection.info().retransmits() - before).as("repeats").isLessThanOrEqualTo(3);
        assertThat(measure(1)[0]).isGreaterThan(80);
    }
}
