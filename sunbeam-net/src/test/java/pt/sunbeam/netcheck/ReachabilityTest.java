package pt.sunbeam.netcheck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import pt.sunbeam.ip.IpEndpoint;
import pt.sunbeam.tailcfg.EndpointType;
import pt.sunbeam.tailcfg.HostState;

class ReachabilityTest {
    private static final IpEndpoint EXTERNAL = IpEndpoint.parse("11.0.0.1:4242");

    private final List<List<HostState.Endpoint>> told = new ArrayList<>();

    private final Reachability reachability =
            new Reachability(new NoSockets(), new Random(1), InterfaceAddresses.NONE, new Reachability.Listener() {
                @Override
                public void endpoints(List<HostState.Endpoint> endpoints) {
                    told.add(endpoints);
                }

                @Override
                public void hostEndpoints(Set<IpEndpoint> endpoints) {}

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

    /** A host that cannot send by UDP. */
    private static final class NoSockets implements Reachability.Sockets {
        @Override
        public boolean has(boolean v6) {
            return false;
        }

        @Override
        public int port(boolean v6) {
            return 0;
        }

        @Override
        public void send(IpEndpoint to, byte[] datagram) {}
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
