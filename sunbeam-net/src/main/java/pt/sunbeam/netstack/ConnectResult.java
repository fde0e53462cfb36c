package pt.sunbeam.netstack;

import pt.sunbeam.netstack.tcp.ConnectFailure;
import pt.sunbeam.netstack.tcp.TcpConnection;

/** What an active open returns at once. */
public sealed interface ConnectResult {
    /** The handshake is under way; its outcome is an event. */
    record Opening(TcpConnection connection) implements ConnectResult {}

    /** There will be no connection, and no event. */
    record Failed(ConnectFailure failure) implements ConnectResult {}
}
