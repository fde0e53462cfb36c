package pt.sunbeam.proxy;

import org.jspecify.annotations.Nullable;
import pt.sunbeam.ip.IpAddress;
import pt.sunbeam.ip.IpEndpoint;
import pt.sunbeam.netstack.ConnectResult;
import pt.sunbeam.netstack.tcp.TcpEvents;

/** The tailnet as a forward sees it. Called on the data loop. */
public interface Tailnet {
    /** The address that a literal or a peer's exact name means now; null when nobody has it. */
    @Nullable
    IpAddress resolve(String host);

    /** Why the server says that {@code address} cannot be reached now; empty when it does not. */
    default String refusal(IpAddress address) {
        return "";
    }

    /** Opens a connection, or says why there can be none; the outcome comes through {@code events}. */
    ConnectResult connect(IpEndpoint remote, TcpEvents events);

    /** Call before a turn's first call on a connection: its timers start from now. */
    void beginTurn();

    /** Lets what was written leave. */
    void pump();
}
