package pt.sunbeam.relay;

import pt.sunbeam.bytes.PacketBatch;
import pt.sunbeam.keys.NodePublic;

/** What relay connections tell their owner. All calls come on the data loop. */
public interface RelayEvents {
    void relayUp(int region);

    /** The connection ended or could not be made; it is being tried again. The reason names the host. */
    void relayDown(int region, String reason);

    /** Packets from one peer; the batch is reused after the call. */
    void relayReceived(int region, NodePublic source, PacketBatch packets);

    /** No more packets of this read follow: the time to answer in one write. */
    void relayReadComplete(int region);

    /** The connection takes more packets again; never told from within a call of {@link Relays}. */
    void relayWritable(int region);

    void relayPeerGone(int region, NodePublic peer);

    /** The relay's own complaint about itself; empty when it is well again. */
    void relayHealth(int region, String text);
}
