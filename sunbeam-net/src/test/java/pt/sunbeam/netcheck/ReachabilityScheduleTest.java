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

/** When a node measures that cannot send by UDP: it has no socket, so that every report is silent, and at once. */
class ReachabilityScheduleTest {
    private static final long START = Deadline.seconds(1000);
    private static final IpAddress OWN = IpAddress.v4(0xc0000207);
    private static final InterfaceAddresses LOCAL = new InterfaceAddresses(List.of(), Set.of(OWN), null);
    private static final List<ProbeRegion> REGIONS =
            List.of(new ProbeRegion(1, List.of(new IpEndpoint(IpAddress.v4(0xcb007101), 3478)), List.of()));

    private final List<NetReport> measured = new ArrayList<>();
    private Set<IpEndpoint> hostEndpoints = Set.of();
    private int told;
    private int port;
    private final Reachability reachability =
            new Reachability(new NoSockets(), new Random(1), InterfaceAddresses.NONE, new Heard());

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

    /** A host that cannot send by UDP. */
    private final class NoSockets implements Reachability.Sockets {
        @Override
        public boolean has(boolean v6) {
            return false;
        }

        @Override
        public int port(boolean v6) {
            return port;
        }

        @Override
        public void send(IpEndpoint to, byte[] datagram) {}
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
}
