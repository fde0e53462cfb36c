package pt.sunbeam.dataplane;

import org.jspecify.annotations.Nullable;
import pt.sunbeam.keys.NodePublic;

/**
 * What the data plane knows of one peer at one moment.
 *
 * @param relayRegion the relay in use, or null while nothing was exchanged
 * @param lastHandshakeNanos monotonic stamp, or {@link pt.sunbeam.time.Deadline#NONE}
 */
public record PeerSnapshot(
        NodePublic key, @Nullable Integer relayRegion, long receivedBytes, long sentBytes, long lastHandshakeNanos) {}
