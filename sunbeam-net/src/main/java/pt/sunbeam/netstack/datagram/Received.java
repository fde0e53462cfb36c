package pt.sunbeam.netstack.datagram;

import pt.sunbeam.ip.IpAddress;
import pt.sunbeam.ip.IpEndpoint;

/** Where a received datagram came from, and when. Reused from one to the next. */
public final class Received {
    private boolean v6;
    private long high;
    private long low;
    private int number;
    private long arrivalNanos;

    void set(boolean v6, long high, long low, int number, long arrivalNanos) {
        this.v6 = v6;
        this.high = high;
        this.low = low;
        this.number = number;
        this.arrivalNanos = arrivalNanos;
    }

    public IpAddress address() {
        return new IpAddress(v6, high, low);
    }

    /** The sender of a UDP datagram. */
    public IpEndpoint endpoint() {
        return new IpEndpoint(address(), number);
    }

    /** The sequence number of an echo reply, 0 to 65535. */
    public int sequence() {
        return number;
    }

    /** Monotonic time at which it left the tunnel's socket. */
    public long arrivalNanos() {
        return arrivalNanos;
    }
}
