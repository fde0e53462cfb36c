package pt.sunbeam.disco;

import java.util.List;
import org.jspecify.annotations.Nullable;
import pt.sunbeam.ip.IpEndpoint;
import pt.sunbeam.keys.NodePublic;

/** What a disco box says (Tailscale 1.103, disco/disco.go). */
public sealed interface DiscoMessage {
    /** A message that this node also sends. */
    sealed interface Sendable extends DiscoMessage {}

    /**
     * Asks whether an address leads to the peer, and back.
     *
     * @param txId what the pong repeats
     * @param nodeKey the node that claims to send it, a hint and no proof; null when it names none
     * @param paddingBytes bytes at the end that only make the packet longer, 0 to {@link DiscoCodec#MAX_PADDING_BYTES}
     */
    record Ping(TxId txId, @Nullable NodePublic nodeKey, int paddingBytes) implements Sendable {
        public Ping {
            if (paddingBytes < 0 || paddingBytes > DiscoCodec.MAX_PADDING_BYTES) {
                throw new IllegalArgumentException("a ping with " + paddingBytes + " bytes of padding");
            }
        }
    }

    /**
     * The answer to a ping.
     *
     * @param source where the ping came from, as its receiver saw it
     */
    record Pong(TxId txId, IpEndpoint source) implements Sendable {}

    /**
     * Asks the receiver to ping the sender, which has just sent pings of its own to these candidates' networks.
     *
     * @param endpoints where the sender believes it can be reached, at most {@link #MAX_ENDPOINTS}; claims, not facts
     * @param ignoredEndpoints how many more there were
     */
    record CallMeMaybe(List<IpEndpoint> endpoints, int ignoredEndpoints) implements Sendable {
        /** More than any host has addresses that are worth a ping. */
        public static final int MAX_ENDPOINTS = 100;

        public CallMeMaybe {
            endpoints = List.copyOf(endpoints);
            if (endpoints.size() > MAX_ENDPOINTS) {
                throw new IllegalArgumentException(endpoints.size() + " endpoints are too many");
            }
        }

        /** A message with the first {@link #MAX_ENDPOINTS} of {@code endpoints}, the best of which come first. */
        public static CallMeMaybe of(List<IpEndpoint> endpoints) {
            int kept = Math.min(endpoints.size(), MAX_ENDPOINTS);
            return new CallMeMaybe(endpoints.subList(0, kept), endpoints.size() - kept);
        }
    }

    /**
     * A message that has no effect here.
     *
     * @param type its first byte, 0 to 255; 0 when there is none
     */
    record Ignored(int type, Reason reason) implements DiscoMessage {
        /** Why. */
        public enum Reason {
            /** Fewer bytes than its type needs. */
            TOO_SHORT,
            /** Types 4 to 9 belong to peer relays, which this node does not use. */
            PEER_RELAY,
            /** A type that this version does not know. */
            UNKNOWN_TYPE
        }
    }
}
