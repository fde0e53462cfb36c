package pt.sunbeam.underlay;

import pt.sunbeam.bytes.PacketBatch;
import pt.sunbeam.ip.IpEndpoint;

/** What the {@link Underlay} tells its owner, on the loop. */
public interface UnderlayEvents {
    /** Datagrams that came from {@code source} in a row. The batch is the socket's and is reused. */
    void datagrams(IpEndpoint source, PacketBatch datagrams);

    /** All that was there to be read has been told. */
    void readComplete();

    /** A socket that was full takes datagrams again; never told from within a call of {@link Underlay}. */
    void writable();

    /** The system refused to send to {@code destination}: no route, no permission, no such family. */
    void sendFailed(IpEndpoint destination);
}
