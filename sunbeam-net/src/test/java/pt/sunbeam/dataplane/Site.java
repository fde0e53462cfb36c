package pt.sunbeam.dataplane;

import java.util.ArrayList;
import java.util.List;
import pt.sunbeam.sim.network.NatBehaviour;
import pt.sunbeam.sim.network.SimHost;
import pt.sunbeam.sim.network.SimNat;
import pt.sunbeam.sim.network.SimNetwork;

/** The kinds of network a node may be in. All private networks use the same few addresses, as real ones do. */
enum Site {
    OPEN("open"),
    ENDPOINT_INDEPENDENT("any sender"),
    ADDRESS_RESTRICTED("by address"),
    PORT_RESTRICTED("by port"),
    SYMMETRIC("symmetric"),
    UDP_BLOCKED("UDP blocked"),
    IPV6_ONLY("IPv6 only"),
    DUAL_STACK("dual stack"),
    DOUBLE_NAT("double NAT");

    /** As the documentation calls it. */
    final String title;

    Site(String title) {
        this.title = title;
    }

    /** Gives {@code host} its place in the network; {@code number}, 1 to 250, keeps places apart. Returns its NATs, outermost first. */
    List<SimNat> take(SimNetwork network, SimHost host, int number) {
        host.detach(false);
        host.detach(true);
        String address = "198.51.100." + number;
        return switch (this) {
            case OPEN -> {
                host.attach(network.internet(), address);
                yield List.of();
            }
            case ENDPOINT_INDEPENDENT -> behind(network, host, number, NatBehaviour.ENDPOINT_INDEPENDENT);
            case ADDRESS_RESTRICTED -> behind(network, host, number, NatBehaviour.ADDRESS_RESTRICTED);
            case PORT_RESTRICTED -> behind(network, host, number, NatBehaviour.PORT_RESTRICTED);
            case SYMMETRIC -> behind(network, host, number, NatBehaviour.SYMMETRIC);
            case UDP_BLOCKED -> behind(network, host, number, NatBehaviour.UDP_BLOCKED);
            case IPV6_ONLY -> {
                host.attach(network.internet(), v6(number));
                yield List.of();
            }
            case DUAL_STACK -> {
                host.attach(network.internet(), v6(number));
                yield behind(network, host, number, NatBehaviour.PORT_RESTRICTED);
            }
            case DOUBLE_NAT -> {
                SimNat outer = network.nat(network.internet(), address, NatBehaviour.PORT_RESTRICTED);
                List<SimNat> nats = new ArrayList<>(List.of(outer));
                nats.add(behindOuter(network, outer, host, 2, NatBehaviour.PORT_RESTRICTED));
                yield nats;
            }
        };
    }

    /** A place behind a NAT of one's own that is behind {@code outer}. */
    static SimNat behindOuter(SimNetwork network, SimNat outer, SimHost host, int number, NatBehaviour behaviour) {
        SimNat inner = network.nat(outer.inside(), "10.0.0." + number, behaviour);
        host.attach(inner.inside(), "192.168.1.2");
        return inner;
    }

    private static List<SimNat> behind(SimNetwork network, SimHost host, int number, NatBehaviour behaviour) {
        SimNat nat = network.nat(network.internet(), "198.51.100." + number, behaviour);
        host.attach(nat.inside(), "192.168.1.2");
        return List.of(nat);
    }

    static String v6(int number) {
        return MeshNode.endpoint("2001:db8:0:" + number + "::1", 1).address().toString();
    }
}
