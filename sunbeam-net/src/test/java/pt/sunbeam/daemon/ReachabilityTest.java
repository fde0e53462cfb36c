package pt.sunbeam.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import pt.sunbeam.bytes.PacketBatch;
import pt.sunbeam.ip.IpEndpoint;
import pt.sunbeam.netcheck.InterfaceAddresses;
import pt.sunbeam.netcheck.NetReport;
import pt.sunbeam.tailcfg.EndpointType;
import pt.sunbeam.tailcfg.HostState;
import pt.sunbeam.time.Ticker;
import pt.sunbeam.transport.EventLoops;
import pt.sunbeam.underlay.Underlay;
import pt.sunbeam.underlay.UnderlayEvents;

class ReachabilityTest {
    private static final IpEndpoint EXTERNAL = IpEndpoint.parse("11.0.0.1:4242");

    private final List<List<HostState.Endpoint>> told = new ArrayList<>();
    private final EventLoops loops = new EventLoops("reachability");

    private final Reachability reachability = new Reachability(
            new Underlay(loops.loop(), new Deaf(), Ticker.system()),
            new Random(1),
            InterfaceAddresses.NONE,
            new Reachability.Listener() {
                @Override
                public void endpoints(List<HostState.Endpoint> endpoints) {
                    told.add(endpoints);
                }

                @Override
                public void measured(NetReport report) {}

                @Override
                public long lastSentNanos() {
                    return 0;
                }

                @Override
                public int home() {
                    return 0;
                }
            });

    private static final class Deaf implements UnderlayEvents {
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
    void end() {
        loops.close();
    }

    @Test
    void whatTheRouterGrantsIsToldAtOnceAsAPortMapping() {
        reachability.portMapped(EXTERNAL, 1);
        assertThat(told).hasSize(1);
        assertThat(told.getFirst())
                .extracting(HostState.Endpoint::address, HostState.Endpoint::type)
                .containsExactly(tuple(EXTERNAL, EndpointType.PORT_MAPPED));
    }

    @Test
    void aRenewalIsNoNews() {
        reachability.portMapped(EXTERNAL, 1);
        reachability.portMapped(EXTERNAL, 2);
        assertThat(told).hasSize(1);
    }

    @Test
    void anotherNetworkHasNotGrantedWhatTheLastOneDid() {
        reachability.portMapped(EXTERNAL, 1);
        reachability.networkChanged(InterfaceAddresses.NONE, 2);
        assertThat(told.getLast()).isEmpty();
    }
}
