package pt.sunbeam.netstack;

import java.util.List;
import org.jspecify.annotations.Nullable;
import pt.sunbeam.ip.IpAddress;
import pt.sunbeam.netstack.datagram.HostRouting;

/** The addresses of one stack, and which egress leads to an address: those of its own lead back into it. */
final class Host implements HostRouting {
    private final EgressRouter router;
    private final Egress loopback;
    private List<IpAddress> addresses = List.of();

    Host(EgressRouter router, Egress loopback) {
        this.router = router;
        this.loopback = loopback;
    }

    List<IpAddress> addresses() {
        return addresses;
    }

    void setAddresses(List<IpAddress> own) {
        addresses = List.copyOf(own);
    }

    boolean isOwn(boolean v6, long high, long low) {
        for (int i = 0; i < addresses.size(); i++) {
            IpAddress own = addresses.get(i);
            if (own.low() == low && own.high() == high && own.v6() == v6) {
                return true;
            }
        }
        return false;
    }

    @Override
    public boolean isOwn(IpAddress address) {
        return isOwn(address.v6(), address.high(), address.low());
    }

    @Override
    public @Nullable Egress pathTo(IpAddress destination) {
        return isOwn(destination) ? loopback : router.route(destination);
    }

    /** The first own address of the family; an own address is spoken to from itself. */
    @Override
    public @Nullable IpAddress sourceFor(IpAddress destination) {
        if (isOwn(destination)) {
            return destination;
        }
        for (IpAddress own : addresses) {
            if (own.v6() == destination.v6()) {
                return own;
            }
        }
        return null;
    }
}
