package pt.sunbeam.underlay;

import io.netty.channel.EventLoop;
import org.jspecify.annotations.Nullable;
import pt.sunbeam.bytes.PacketBatch;
import pt.sunbeam.ip.IpEndpoint;
import pt.sunbeam.time.Ticker;
import pt.sunbeam.transport.EventLoops;

/**
 * One UDP socket for each family, on the same port where that can be had. All that travels outside of relays goes through them:
 * a mapping that STUN finds is worth something only for the socket that asked. Owner: the loop, on which every method is
 * called.
 *
 * <p>Either family may be missing: a machine without IPv6 is normal, and one that may not open any UDP socket uses relays.
 */
public final class Underlay {
    private final EventLoop loop;
    private final UnderlayEvents events;
    private final Ticker ticker;
    private final UnderlayCounters counters = new UnderlayCounters();
    private @Nullable UnderlaySocket v4;
    private @Nullable UnderlaySocket v6;

    public Underlay(EventLoop loop, UnderlayEvents events, Ticker ticker) {
        this.loop = loop;
        this.events = events;
        this.ticker = ticker;
    }

    /**
     * Opens the sockets, anew when they are open already: after a change of the network the old ones may be bound to what
     * is gone.
     *
     * @param preferredPort tried first, 0 for none; then the port of before, then any
     */
    public void bind(int preferredPort) {
        int before = port();
        close();
        v4 = bindAny(false, preferredPort, before);
        v6 = bindAny(true, port() == 0 ? preferredPort : port(), before);
    }

    private @Nullable UnderlaySocket bindAny(boolean family6, int preferredPort, int before) {
        int first = preferredPort != 0 ? preferredPort : before;
        for (int port : new int[] {first, before, 0}) {
            UnderlaySocket socket = UnderlaySocket.bind(loop, family6, port, events, counters, ticker);
            if (socket != null) {
                return socket;
            }
        }
        return null;
    }

    /** The local port that other nodes are told, of either family; 0 without a socket. */
    public int port() {
        return v4 != null ? v4.port() : v6 != null ? v6.port() : 0;
    }

    /** The local port of one family; 0 without a socket. */
    public int port(boolean family6) {
        UnderlaySocket socket = socket(family6);
        return socket == null ? 0 : socket.port();
    }

    public boolean has(boolean family6) {
        return socket(family6) != null;
    }

    /** How many bytes may be sent to addresses of the family now; 0 while the socket is full or missing. */
    public int creditBytes(boolean family6) {
        UnderlaySocket socket = socket(family6);
        return socket == null ? 0 : socket.creditBytes();
    }

    /** Sends every datagram of the batch; they leave with the next {@link #flush}. Without a socket they are lost. */
    public void send(IpEndpoint to, PacketBatch datagrams) {
        UnderlaySocket socket = socket(to.address().v6());
        if (socket != null) {
            socket.send(to, datagrams);
        }
    }

    /** Sends one datagram; it leaves with the next {@link #flush}. Without a socket it is lost. */
    public void send(IpEndpoint to, byte[] datagram) {
        UnderlaySocket socket = socket(to.address().v6());
        if (socket != null) {
            socket.send(to, datagram);
        }
    }

    public void flush() {
        if (v4 != null) {
            v4.flush();
        }
        if (v6 != null) {
            v6.flush();
        }
    }

    public UnderlayCounters counters() {
        return counters;
    }

    public UnderlayStatus status() {
        UnderlaySocket any = v4 != null ? v4 : v6;
        return any == null
                ? UnderlayStatus.NONE
                : new UnderlayStatus(
                        v4 == null ? 0 : v4.port(),
                        v6 == null ? 0 : v6.port(),
                        EventLoops.transportName(),
                        any.segmentation(),
                        any.coalescing(),
                        any.receiveBufferBytes(),
                        any.sendBufferBytes());
    }

    public void close() {
        if (v4 != null) {
            v4.close();
            v4 = null;
        }
        if (v6 != null) {
            v6.close();
            v6 = null;
        }
    }

    private @Nullable UnderlaySocket socket(boolean family6) {
        return family6 ? v6 : v4;
    }
}
