package pt.sunbeam.netstack.datagram;

import org.jspecify.annotations.Nullable;
import pt.sunbeam.ip.IpAddress;

/** Where packets of this host go, and under which of its addresses. */
public interface HostRouting {
    /** Null: nowhere, the address is unreachable. */
    @Nullable
    PacketPath pathTo(IpAddress destination);

    /** The own address from which {@code destination} is spoken to; null when there is none of its family. */
    @Nullable
    IpAddress sourceFor(IpAddress destination);

    /** True for an address of this host. */
    boolean isOwn(IpAddress address);
}
