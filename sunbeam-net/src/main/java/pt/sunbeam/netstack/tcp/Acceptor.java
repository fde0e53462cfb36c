package pt.sunbeam.netstack.tcp;

import org.jspecify.annotations.Nullable;

/** Takes the connections of one listening port. */
@FunctionalInterface
public interface Acceptor {
    /** Called when a handshake is complete; returns who hears of the connection, or null to reset it. */
    @Nullable
    TcpEvents accept(TcpConnection connection);
}
