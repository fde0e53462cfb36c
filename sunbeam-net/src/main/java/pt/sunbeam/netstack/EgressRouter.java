package pt.sunbeam.netstack;

import org.jspecify.annotations.Nullable;
import pt.sunbeam.ip.IpAddress;

/** Says which peer carries an address. */
@FunctionalInterface
public interface EgressRouter {
    /** Null: nobody, the address is unreachable at once. */
    @Nullable
    Egress route(IpAddress destination);
}
