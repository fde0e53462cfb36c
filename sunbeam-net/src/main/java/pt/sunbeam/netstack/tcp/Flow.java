package pt.sunbeam.netstack.tcp;

import pt.sunbeam.ip.IpAddress;
import pt.sunbeam.ip.IpEndpoint;
import pt.sunbeam.netstack.timer.Timer;

/**
 * What the flow table holds under a pair of endpoints: a connection, a half-open one, or what remains of a closed one. A
 * flow is a timer too, so that the compact kinds need no second object.
 */
abstract sealed class Flow extends Timer permits TcpConnection, HalfOpen, TimeWaitEntry, Endpoints {
    final boolean v6;
    final long localHigh;
    final long localLow;
    final long remoteHigh;
    final long remoteLow;
    final int localPort;
    final int remotePort;

    Flow(boolean v6, long localHigh, long localLow, long remoteHigh, long remoteLow, int localPort, int remotePort) {
        this.v6 = v6;
        this.localHigh = localHigh;
        this.localLow = localLow;
        this.remoteHigh = remoteHigh;
        this.remoteLow = remoteLow;
        this.localPort = localPort;
        this.remotePort = remotePort;
    }

    Flow(Flow same) {
        this(same.v6, same.localHigh, same.localLow, same.remoteHigh, same.remoteLow, same.localPort, same.remotePort);
    }

    final boolean is(long localHigh, long localLow, long remoteHigh, long remoteLow, int localPort, int remotePort) {
        return this.remotePort == remotePort
                && this.localPort == localPort
                && this.remoteLow == remoteLow
                && this.remoteHigh == remoteHigh
                && this.localLow == localLow
                && this.localHigh == localHigh;
    }

    final IpAddress localAddress() {
        return new IpAddress(v6, localHigh, localLow);
    }

    final IpAddress remoteAddress() {
        return new IpAddress(v6, remoteHigh, remoteLow);
    }

    public final IpEndpoint local() {
        return new IpEndpoint(localAddress(), localPort);
    }

    public final IpEndpoint remote() {
        return new IpEndpoint(remoteAddress(), remotePort);
    }
}
