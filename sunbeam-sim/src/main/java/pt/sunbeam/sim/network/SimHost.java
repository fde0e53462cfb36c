package pt.sunbeam.sim.network;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A machine: at most one address of each family, sockets bound to any address, and a monotonic clock. While the machine is
 * suspended that stands still; afterwards it goes on there, as on Linux and macOS, or jumps, as elsewhere.
 */
public final class SimHost implements SimInterface {
    /** What a socket hears. */
    public interface Receiver {
        void received(SimEndpoint source, SimEndpoint destination, byte[] payload);
    }

    private record Place(SimSegment segment, String address) {}

    private record Planned(long atNanos, Runnable action) {}

    private final SimNetwork network;
    private final Map<Integer, Receiver> sockets = new HashMap<>();
    private final List<Planned> missed = new ArrayList<>();
    private @Nullable Place v4;
    private @Nullable Place v6;
    private boolean suspended;
    private long suspendedAtNanos;
    private long sleptNanos;

    SimHost(SimNetwork network) {
        this.network = network;
    }

    // ---- addresses ----

    /** Gives it {@code address} in {@code segment}, in place of the one of that family. */
    public void attach(SimSegment segment, String address) {
        boolean family6 = SimEndpoint.isV6(address);
        detach(family6);
        segment.attach(address, this);
        setPlace(family6, new Place(segment, address));
    }

    /** Takes the address of a family away. */
    public void detach(boolean family6) {
        Place place = place(family6);
        if (place != null) {
            place.segment.detach(place.address);
            setPlace(family6, null);
        }
    }

    /** Its addresses, IPv4 first. */
    public List<String> addresses() {
        List<String> addresses = new ArrayList<>();
        if (v4 != null) {
            addresses.add(v4.address);
        }
        if (v6 != null) {
            addresses.add(v6.address);
        }
        return addresses;
    }

    private @Nullable Place place(boolean family6) {
        return family6 ? v6 : v4;
    }

    private void setPlace(boolean family6, @Nullable Place place) {
        if (family6) {
            v6 = place;
        } else {
            v4 = place;
        }
    }

    // ---- datagrams ----

    /** Hears what comes for {@code port}, whatever the address. */
    public void listen(int port, Receiver receiver) {
        sockets.put(port, receiver);
    }

    /** Sends; false when there is no address of that family, as where the system says that there is no route. */
    public boolean send(int sourcePort, SimEndpoint to, byte[] payload) {
        Place place = place(to.v6());
        if (place == null) {
            return false;
        }
        place.segment.send(new SimEndpoint(place.address, sourcePort), to, payload);
        return true;
    }

    @Override
    public void arrive(SimEndpoint source, SimEndpoint destination, byte[] payload) {
        Receiver receiver = sockets.get(destination.port());
        if (suspended || receiver == null) {
            network.lost(LossReason.NOBODY_LISTENS);
        } else {
            receiver.received(source, destination, payload);
        }
    }

    // ---- time ----

    /** Its monotonic clock. */
    public long nowNanos() {
        return (suspended ? suspendedAtNanos : network.nowNanos()) - sleptNanos;
    }

    /** Plans {@code action} at {@code atNanos} of its own clock. */
    public void at(long atNanos, Runnable action) {
        plan(new Planned(atNanos, action));
    }

    private void plan(Planned planned) {
        network.clock().at(planned.atNanos + sleptNanos, () -> fire(planned));
    }

    private void fire(Planned planned) {
        if (suspended) {
            missed.add(planned);
        } else if (nowNanos() < planned.atNanos) {
            plan(planned);
        } else {
            planned.action.run();
        }
    }

    public boolean isSuspended() {
        return suspended;
    }

    /** It hears nothing and does nothing. */
    public void suspend() {
        if (!suspended) {
            suspended = true;
            suspendedAtNanos = network.nowNanos();
        }
    }

    /**
     * It goes on.
     *
     * @param clockStoodStill whether its clock goes on where it was, or jumps by the time that passed
     */
    public void resume(boolean clockStoodStill) {
        if (suspended) {
            suspended = false;
            sleptNanos += clockStoodStill ? network.nowNanos() - suspendedAtNanos : 0;
            List<Planned> late = List.copyOf(missed);
            missed.clear();
            late.forEach(this::plan);
        }
    }
}
