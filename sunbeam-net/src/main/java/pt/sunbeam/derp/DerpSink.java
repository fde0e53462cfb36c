package pt.sunbeam.derp;

import pt.sunbeam.bytes.PacketBatch;
import pt.sunbeam.keys.NodePublic;

/** Where a {@link DerpClient} speaks to. All calls happen on the owner's thread, inside the client's inputs. */
public interface DerpSink {
    /** Bytes to write to the connection, in order. */
    void send(byte[] frame);

    /** The server has proved that it owns its key: the connection is up. */
    void ready();

    /** Packets from one peer, as the relay asserts; the batch is the client's and is reused after the call. */
    void received(NodePublic source, PacketBatch packets);

    /** The relay no longer knows a way to {@code peer}: forget the reverse route, nothing more. */
    void peerGone(NodePublic peer);

    /** The relay's own health complaint; empty when it is well again. */
    void health(String text);

    /** The relay is about to restart: reconnect after {@code reconnectInMillis}, insist for {@code tryForMillis}. */
    void restarting(long reconnectInMillis, long tryForMillis);

    /** The connection cannot go on; the reason is for a log line. */
    void failed(String reason);
}
