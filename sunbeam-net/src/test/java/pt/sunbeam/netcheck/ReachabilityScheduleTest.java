package pt.sunbeam.netcheck;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import pt.sunbeam.ip.IpAddress;
import pt.sunbeam.ip.IpEndpoint;
import pt.sunbeam.tailcfg.HostState;
import pt.sunbeam.time.Deadline;

/** When a node measures. Mostly it has no socket, so that every report is silent, and at once. */
class ReachabilityScheduleTest {
    private static final long START = Deadline.seconds(1000);
    private static final IpAddress OWN = IpAddress.v4(0xc0000207);
    private static final InterfaceAddresses LOCAL = new InterfaceAddresses(List.of(), Set.of(OWN), null);
    private static final List<ProbeRegion> REGIONS =
            List.of(new ProbeRegion(1, List.of(new IpEndpoint(IpAddress.v4(0xcb007101), 3478)), List.of()));

    private final List<NetReport> measured = new ArrayList<>();
    private Set<IpEndpoint> hostEndpoints = Set.of();
    private final List<IpEndpoint> asked = new ArrayList<>();
    private boolean hasV4;
    private int told;
    private int port;
    private final Reachability reachability =
            new Reachability(new ForReachability(), new Random(1), InterfaceAddresses.NONE, new Heard());

    private final class Heard implements Reachability.Listener {
        @Override
        public void endpoints(List<HostState.Endpoint> endpoints) {
            told++;
        }

        @Override
        public void hostEndpoints(Set<IpEndpoint> endpoints) {
            hostEndpoints = endpoints;
        }

        @Override
        public void measured(NetReport report) {
            measured.add(report);
        }

        @Override
        public long lastSentNanos() {
            return Deadline.LONG_AGO;
        }

        @Override
        public int home() {
            return 1;
        }
    }

    private final class ForReachability implements Reachability.Sockets {
        @Override
        public boolean has(boolean v6) {
            return hasV4 && !v6;
        }

        @Override
        public int port(boolean v6) {
            return port;
        }

        @Override
        public void send(IpEndpoint to, byte[] datagram) {
            asked.add(to);
        }
    }

    private void wanted(long seconds) {
        reachability.wanted(START + Deadline.seconds(seconds));
    }

    @Test
    void afterTwoSilentReportsAPeerIsToldWhatIsKnownAndNothingIsMeasured() {
        reachability.measureWith(REGIONS, START);
        wanted(30);
        assertThat(measured).hasSize(2);
        for (int i = 31; i < 69; i++) {
            wanted(i);
        }
        assertThat(measured).hasSize(2);
        assertThat(told).isEqualTo(2 + 38);
        wanted(77);
        assertThat(measured).hasSize(3);
    }

    @Test
    void theSlowRetryIsALightOne() {
        reachability.measureWith(REGIONS, START);
        wanted(30);
        wanted(77);
        assertThat(measured).extracting(NetReport::full).containsExactly(true, true, false);
    }

    @Test
    void anotherNetworkIsMeasuredInFullAtOnce() {
        reachability.measureWith(REGIONS, START);
        wanted(30);
        reachability.networkChanged(LOCAL, START + Deadline.seconds(31));
        assertThat(measured).extracting(NetReport::full).containsExactly(true, true, true);
    }

    @Test
    void addressesThatComeOrGoAreToldWithoutAMeasurement() {
        port = 41_641;
        reachability.addressesChanged(LOCAL, START);
        assertThat(told).isEqualTo(1);
        assertThat(measured).isEmpty();
        assertThat(hostEndpoints).containsExactly(new IpEndpoint(OWN, port));
    }

    private static List<ProbeRegion> server(int port) {
        return List.of(new ProbeRegion(1, List.of(new IpEndpoint(IpAddress.v4(0xcb007101), port)), List.of()));
    }

    @Test
    void serversThatChangeAllTheTimeAreMeasuredNowAndThen() {
        hasV4 = true;
        for (int i = 0; i < 3000; i++) {
            long nowNanos = START + Deadline.millis(100L * i);
            reachability.onTimer(nowNanos);
            reachability.measureWith(server(1 + i), nowNanos);
        }
        assertThat(measured).hasSizeBetween(300 / 20, 300 / 20 + 5);
        assertThat(asked).hasSizeLessThan(100);
    }

    @Test
    void aMeasurementThatRunsIsFinishedBeforeTheServersThatWereNamedLastAreAsked() {
        hasV4 = true;
        for (int port = 1; port <= 3; port++) {
            reachability.measureWith(server(port), START);
        }
        while (measured.size() < 2) {
            reachability.onTimer(reachability.nextDeadlineNanos());
        }
        assertThat(asked).extracting(IpEndpoint::port).containsExactly(1, 1, 1, 3, 3, 3);
    }

    @Test
    void serversThatWereNamedTooOftenAreMeasuredLaterWithoutBeingNamedAgain() {
        hasV4 = true;
        for (int port = 1; port <= 10; port++) {
            reachability.measureWith(server(port), START);
            while (measured.size() < Math.min(port, 5)) {
                reachability.onTimer(reachability.nextDeadlineNanos());
            }
        }
        assertThat(asked.getLast().port()).isEqualTo(5);
        reachability.onTimer(reachability.nextDeadlineNanos());
        assertThat(asked.getLast().port()).isEqualTo(10);
    }
}
