package pt.sunbeam.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import pt.sunbeam.bytes.PacketBatch;
import pt.sunbeam.ip.IpAddress;
import pt.sunbeam.ip.IpEndpoint;
import pt.sunbeam.netcheck.InterfaceAddresses;
import pt.sunbeam.netcheck.NetReport;
import pt.sunbeam.netcheck.ProbeRegion;
import pt.sunbeam.tailcfg.HostState;
import pt.sunbeam.time.Deadline;
import pt.sunbeam.transport.EventLoops;
import pt.sunbeam.underlay.Underlay;
import pt.sunbeam.underlay.UnderlayEvents;

/** When a node measures that cannot send by UDP: it has no socket, so that every report is silent, and at once. */
class ReachabilityScheduleTest {
    private static final long START = Deadline.seconds(1000);
    private static final IpAddress OWN = IpAddress.v4(0xc0000207);
    private static final InterfaceAddresses LOCAL = new InterfaceAddresses(List.of(), Set.of(OWN), null);
    private static final List<ProbeRegion> REGIONS =
            List.of(new ProbeRegion(1, List.of(new IpEndpoint(IpAddress.v4(0xcb007101), 3478)), List.of()));

    private final EventLoops loops = new EventLoops("reachability-test");
    private final Underlay underlay = new Underlay(loops.loop(), new Nothing(), () -> START);
    private final List<NetReport> measured = new ArrayList<>();
    private Set<IpEndpoint> hostEndpoints = Set.of();
    private int told;
    private final Reachability reachability =
            new Reachability(underlay, new Random(1), InterfaceAddresses.NONE, new Heard());

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

    private static final class Nothing implements UnderlayEvents {
        @Override
        public void datagrams(IpEndpoint source, PacketBatch datagrams) {}

        @Override
        public void readComplete() {}

        @Override
        public void writable() {}

        @Override
        public void sendFailed(IpEndpoint destination) {}
    }

    @AfterEach
    void close() {
        loops.loop().submit(underlay::close).syncUninterruptibly();
        loops.close();
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
        loops.loop().submit(() -> underlay.bind(0)).syncUninterruptibly();
        reachability.addressesChanged(LOCAL, START);
        assertThat(told).isEqualTo(1);
        assertThat(measured).isEmpty();
        assertThat(hostEndpoints).containsExactly(new IpEndpoint(OWN, underlay.port(false)));
    }
}
