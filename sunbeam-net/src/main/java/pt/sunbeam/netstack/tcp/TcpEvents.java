package pt.sunbeam.netstack.tcp;

/**
 * What happens to one connection, told after the stack has finished the step that caused it, never from within it. Every
 * socket call, also on other connections, is allowed in these methods.
 */
public interface TcpEvents {
    /** The handshake is complete. */
    default void connected(TcpConnection connection) {}

    /** In-order bytes arrived. */
    default void readable(TcpConnection connection) {}

    /** There is room again after a write that was not taken whole. */
    default void writable(TcpConnection connection) {}

    /** The peer has closed its direction; what it sent before may still be unread. */
    default void peerFin(TcpConnection connection) {}

    /** Both directions are closed and acknowledged. Received bytes stay readable until {@link TcpConnection#close}. */
    default void closed(TcpConnection connection) {}

    /** The connection is gone. Bytes received in order stay readable until {@link TcpConnection#close}. */
    default void reset(TcpConnection connection, ResetCause cause) {}

    /** An active open ended without a connection. */
    default void connectFailed(TcpConnection connection, ConnectFailure failure) {}
}
