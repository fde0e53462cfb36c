package pt.sunbeam.dataplane;

import org.jspecify.annotations.Nullable;
import pt.sunbeam.ip.IpEndpoint;
import pt.sunbeam.keys.NodePublic;

/**
 * What the data plane knows of one peer at one moment.
 *
 * @param direct where its datagrams go over UDP, once that is known to work; null: through the relay
 * @param relayRegion the relay in use, or null while nothing was exchanged
 * @param lastHandshakeNanos monotonic stamp, or {@link pt.sunbeam.time.Deadline#NONE}
 */
public record PeerSnapshot(
        NodePublic key,
        @Nullable IpEndpoint direct,
        @Nullable Integer relayRegion,
        long receivedBytes,
        long sentBytes,
        long lastHandshakeNanos) {}
