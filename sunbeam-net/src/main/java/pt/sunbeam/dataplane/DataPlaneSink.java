package pt.sunbeam.dataplane;

import pt.sunbeam.bytes.PacketBatch;
import pt.sunbeam.keys.NodePublic;

/** What the {@link DataPlane} needs of the world. All calls come on its owner's thread. */
public interface DataPlaneSink {
    /**
     * Bytes that the relay of {@code region} takes now; 0 while it is not connected. Nothing is sent beyond it but
     * handshakes, and less than one packet counts as nothing: flows wait for {@link DataPlane#onRelayReady}.
     */
    int relayCreditBytes(int region);

    /** Whether the relay of {@code region} is connected, full or not. */
    boolean isRelayUp(int region);

    /** A packet waits for {@code region}: connect to it if that has not been done. */
    void wantRelay(int region);

    /** Sends datagrams for {@code destination} through a relay. The batch is the caller's and is reused. */
    void sendRelay(int region, NodePublic destination, PacketBatch sealed);

    /** A turn is over: what was sent may leave in one write. */
    void flush();
}
