package pt.sunbeam.netstack.tcp;

import pt.sunbeam.ip.IpAddress;
import pt.sunbeam.netstack.ip.IpHeader;

/** A pair of endpoints that is no flow yet, or never will be: never in the table, never armed. */
final class Endpoints extends Flow {
    Endpoints(IpAddress local, int localPort, IpAddress remote, int remotePort) {
        super(local.v6(), local.high(), local.low(), remote.high(), remote.low(), localPort, remotePort);
    }

    /** Those of a received segment, seen from our side. */
    Endpoints(IpHeader ip, Segment s) {
        super(ip.v6, ip.targetHigh, ip.targetLow, ip.sourceHigh, ip.sourceLow, s.targetPort, s.sourcePort);
    }

    @Override
    protected void fire(long nowNanos) {}
}
