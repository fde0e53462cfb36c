package pt.sunbeam.netstack.drive;

import pt.sunbeam.netstack.tcp.ConnectFailure;
import pt.sunbeam.netstack.tcp.ResetCause;

/** What has happened to a {@link DrivenSocket} since it was asked last. */
public sealed interface SocketEvent {
    /** The handshake is complete. */
    record Connected() implements SocketEvent {}

    /** Bytes have come that can be read. */
    record BytesCame() implements SocketEvent {}

    /** There is room after a write that was not taken whole. */
    record RoomCame() implements SocketEvent {}

    /** The peer has closed its direction. */
    record PeerFin() implements SocketEvent {}

    /** Both directions are closed and acknowledged: TIME-WAIT begins, or LAST-ACK is over. Nothing comes afterwards. */
    record Closed() implements SocketEvent {}

    /** The connection is gone; what came before stays readable. */
    record Reset(ResetCause cause) implements SocketEvent {}

    /** There will be no connection. */
    record Failed(ConnectFailure failure) implements SocketEvent {}
}
