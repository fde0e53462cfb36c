package pt.sunbeam.netstack.tcp;

import org.jspecify.annotations.Nullable;

/** Tells through which path a remote address is reached. */
@FunctionalInterface
public interface TcpRouting {
    /** Null: not at all. The address is two words as in {@link pt.sunbeam.ip.IpAddress}. */
    @Nullable
    TcpPath pathTo(boolean v6, long high, long low);
}
