package pt.sunbeam.path;

import pt.sunbeam.ip.IpEndpoint;

/** Who asked for a ping hears of each pong, over whichever path; a path without an answer is silent. */
public interface PingListener {
    /** {@code endpoint}, which was pinged over UDP, answered after {@code roundTripNanos}. */
    void pongFrom(IpEndpoint endpoint, long roundTripNanos);

    /** The peer answered through the relay of {@code region} after {@code roundTripNanos}. */
    void pongThroughRelay(int region, long roundTripNanos);
}
