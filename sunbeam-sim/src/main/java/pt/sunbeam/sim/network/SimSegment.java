package pt.sunbeam.sim.network;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import pt.sunbeam.sim.Fate;
import pt.sunbeam.sim.Impairments;
import pt.sunbeam.sim.LinkProfile;

/** Addresses that reach each other without translation: the internet, or what is behind a {@link SimNat}. */
public final class SimSegment {
    private record Pair(String source, String destination) {}

    private final SimNetwork network;
    private final @Nullable SimNat gateway;
    private final Map<String, SimInterface> interfaces = new HashMap<>();
    private final Map<Pair, Impairments> ways = new HashMap<>();
    private LinkProfile profile;

    SimSegment(SimNetwork network, @Nullable SimNat gateway, LinkProfile profile) {
        this.network = network;
        this.gateway = gateway;
        this.profile = profile;
    }

    /** How the way between two of its addresses treats datagrams from now on. */
    public void setProfile(LinkProfile changed) {
        profile = changed;
        ways.values().forEach(way -> way.setProfile(changed));
    }

    void attach(String address, SimInterface owner) {
        if (interfaces.putIfAbsent(address, owner) != null) {
            throw new IllegalArgumentException(address + " is taken");
        }
    }

    void detach(String address) {
        interfaces.remove(address);
    }

    void send(SimEndpoint source, SimEndpoint destination, byte[] payload) {
        if (network.isBlackout(source.address(), destination.address())) {
            network.lost(LossReason.BLACKOUT);
        } else if (interfaces.containsKey(destination.address())) {
            carry(source, destination, payload);
        } else if (gateway != null) {
            gateway.outbound(source, destination, payload);
        } else {
            network.lost(LossReason.NO_SUCH_ADDRESS);
        }
    }

    private void carry(SimEndpoint source, SimEndpoint destination, byte[] payload) {
        Impairments way = ways.computeIfAbsent(
                new Pair(source.address(), destination.address()),
                pair -> new Impairments(profile, network.seed() ^ pair.hashCode()));
        if (way.offer(payload, 0, payload.length, network.nowNanos()) != Fate.DELIVERED) {
            network.lost(LossReason.ON_THE_WAY);
            return;
        }
        network.clock().at(way.arrivalNanos(), () -> arrive(source, destination, payload));
        if (way.duplicateNanos() != Impairments.NEVER) {
            network.clock().at(way.duplicateNanos(), () -> arrive(source, destination, payload));
        }
    }

    private void arrive(SimEndpoint source, SimEndpoint destination, byte[] payload) {
        SimInterface target = interfaces.get(destination.address());
        if (target == null) {
            network.lost(LossReason.NO_SUCH_ADDRESS);
        } else {
            target.arrive(source, destination, payload);
        }
    }
}
