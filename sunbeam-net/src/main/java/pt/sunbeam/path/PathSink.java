package pt.sunbeam.path;

import pt.sunbeam.ip.IpEndpoint;
import pt.sunbeam.keys.NodePublic;

/**
 * What the paths need of the world. Calls come on the owner's thread, some of them from within a call to {@link Paths} or
 * {@link PeerPath}; calling back into either is allowed.
 */
public interface PathSink {
    /** Sends a disco packet over UDP. */
    void sendDatagram(IpEndpoint to, byte[] packet);

    /**
     * Sends a disco packet through a relay.
     *
     * @param region above 0
     */
    void sendRelayed(int region, NodePublic peer, byte[] packet);

    /** The best path of {@code peer}, or whether it is trusted, is another than before. */
    void pathChanged(NodePublic peer);

    /**
     * A CallMeMaybe waits for endpoints of our own that are fresh; {@link Paths#setOwnEndpoints} is the answer. Comes again after
     * {@link PathTiming#ENDPOINTS_ASKED_NANOS} at the earliest.
     */
    void endpointsWanted();
}
