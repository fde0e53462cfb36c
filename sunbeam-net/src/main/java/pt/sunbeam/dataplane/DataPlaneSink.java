package pt.sunbeam.dataplane;

import pt.sunbeam.bytes.PacketBatch;
import pt.sunbeam.ip.IpEndpoint;
import pt.sunbeam.keys.NodePublic;

/** What the {@link DataPlane} needs of the world. All calls come on its owner's thread. */
public interface DataPlaneSink {
    /**
     * Bytes that the relay of {@code region} takes now; 0 while it is not connected. Nothing is sent beyond it but
     * handshakes, and less than one packet counts as nothing: flows wait for {@link DataPlane#onWritable}.
     */
    int relayCreditBytes(int region);

    /** Whether the relay of {@code region} is connected, full or not. */
    boolean isRelayUp(int region);

    /** A packet waits for {@code region}: connect to it if that has not been done. */
    void wantRelay(int region);

    /** Sends datagrams for {@code destination} through a relay. The batch is the caller's and is reused. */
    void sendRelay(int region, NodePublic destination, PacketBatch sealed);

    /** Bytes that the UDP socket of the family takes now; 0 while it is full or there is none. */
    int datagramCreditBytes(boolean v6);

    /** Sends datagrams over UDP. The batch is the caller's and is reused. */
    void sendDatagrams(IpEndpoint to, PacketBatch sealed);

    /** Sends one datagram over UDP. */
    void sendDatagram(IpEndpoint to, byte[] datagram);

    /** An answer to a STUN request may have come from {@code source}. */
    void stunReceived(IpEndpoint source, byte[] datagram, long arrivalNanos);

    /** A peer is to be told where this node can be reached, and what is known is old: answer with {@link DataPlane#setOwnEndpoints}. */
    void ownEndpointsWanted();

    /** A turn is over: what was sent may leave in one write. */
    void flush();
}
