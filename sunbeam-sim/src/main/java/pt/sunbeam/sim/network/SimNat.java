package pt.sunbeam.sim.network;

import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import pt.sunbeam.sim.network.NatBehaviour.Mapping;

/**
 * A router with a NAT: a segment of its own inside, one address outside. Ports outside are random, so that nothing works
 * because a port happens to be the same on both sides.
 */
public final class SimNat implements SimInterface {
    private static final int FIRST_PORT = 1024;

    private record Key(SimEndpoint inside, @Nullable SimEndpoint destination) {}

    private final SimNetwork network;
    private final SimSegment outside;
    private final SimSegment inside;
    private final SplittableRandom random;
    private final Map<Key, NatMapping> byKey = new HashMap<>();
    private final Map<Integer, NatMapping> byPort = new HashMap<>();
    private NatBehaviour behaviour;
    private String address;

    SimNat(SimNetwork network, SimSegment outside, String address, NatBehaviour behaviour, SplittableRandom random) {
        this.network = network;
        this.outside = outside;
        this.address = address;
        this.behaviour = behaviour;
        this.random = random;
        this.inside = new SimSegment(network, this, SimNetwork.LAN);
        outside.attach(address, this);
    }

    /** The network behind it. */
    public SimSegment inside() {
        return inside;
    }

    public String address() {
        return address;
    }

    /** From now on it treats new and known mappings so. */
    public void setBehaviour(NatBehaviour changed) {
        behaviour = changed;
    }

    /** The provider gives it another address; no host inside learns of that. */
    public void setAddress(String changed) {
        outside.detach(address);
        address = changed;
        outside.attach(changed, this);
        forgetMappings();
    }

    /** As after a restart: the next datagram of each flow leaves from another port. */
    public void forgetMappings() {
        byKey.clear();
        byPort.clear();
    }

    /** A datagram from inside that nobody inside has the address of. */
    void outbound(SimEndpoint source, SimEndpoint destination, byte[] payload) {
        if (behaviour.mapping() == Mapping.NONE || destination.v6() != SimEndpoint.isV6(address)) {
            network.lost(LossReason.BLOCKED);
            return;
        }
        NatMapping mapping = mappingFor(source, destination);
        mapping.sent(destination, network.nowNanos());
        SimEndpoint outer = new SimEndpoint(address, mapping.outsidePort);
        if (!destination.address().equals(address)) {
            outside.send(outer, destination, payload);
        } else if (behaviour.hairpinning()) {
            arrive(outer, destination, payload);
        } else {
            network.lost(LossReason.NO_HAIRPINNING);
        }
    }

    private NatMapping mappingFor(SimEndpoint source, SimEndpoint destination) {
        Key key = new Key(source, behaviour.mapping() == Mapping.ENDPOINT_INDEPENDENT ? null : destination);
        NatMapping known = byKey.get(key);
        if (known != null && known.isAlive(behaviour.lifetimeNanos(), network.nowNanos())) {
            return known;
        }
        if (known != null) {
            byPort.remove(known.outsidePort);
        }
        NatMapping mapping = new NatMapping(source, freePort());
        byKey.put(key, mapping);
        byPort.put(mapping.outsidePort, mapping);
        return mapping;
    }

    private int freePort() {
        int port = random.nextInt(FIRST_PORT, 65_536);
        while (byPort.containsKey(port)) {
            port = random.nextInt(FIRST_PORT, 65_536);
        }
        return port;
    }

    @Override
    public void arrive(SimEndpoint source, SimEndpoint destination, byte[] payload) {
        NatMapping mapping = byPort.get(destination.port());
        long nowNanos = network.nowNanos();
        if (mapping == null || !mapping.isAlive(behaviour.lifetimeNanos(), nowNanos)) {
            network.lost(LossReason.NO_MAPPING);
        } else if (behaviour.mapping() == Mapping.NONE || !mapping.letsIn(source, behaviour, nowNanos)) {
            network.lost(LossReason.FILTERED);
        } else {
            inside.send(source, mapping.inside, payload);
        }
    }
}
