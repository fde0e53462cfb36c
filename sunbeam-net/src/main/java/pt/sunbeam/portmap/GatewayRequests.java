package pt.sunbeam.portmap;

import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import pt.sunbeam.ip.IpAddress;
import pt.sunbeam.ip.IpEndpoint;

/** Whom {@link PortMapping} asks, for which port, and how: makes the requests and sends them. */
final class GatewayRequests {
    private static final IpEndpoint ANY = new IpEndpoint(IpAddress.ANY_V4, 0);

    private final RandomGenerator random;
    private final PortMapping.Sink sink;
    private final PortMappingCounters counters;
    private @Nullable Gateway gateway;
    private int internalPort;
    private PcpNonce nonce = new PcpNonce(0, 0);
    private IpEndpoint suggested = ANY;

    GatewayRequests(RandomGenerator random, PortMapping.Sink sink, PortMappingCounters counters) {
        this.random = random;
        this.sink = sink;
        this.counters = counters;
    }

    @Nullable
    Gateway gateway() {
        return gateway;
    }

    int internalPort() {
        return internalPort;
    }

    PcpNonce nonce() {
        return nonce;
    }

    /** What the same gateway granted for the same port stays what is asked for, by the same nonce. */
    void ask(Gateway newGateway, int port) {
        if (!newGateway.equals(gateway) || port != internalPort) {
            nonce = PcpNonce.random(random);
            suggested = ANY;
        }
        gateway = newGateway;
        internalPort = port;
    }

    void askNobody() {
        gateway = null;
    }

    /** The endpoint to ask for from now on. */
    void suggest(IpEndpoint granted) {
        suggested = granted;
    }

    /** Asks by both protocols who is there. */
    void probe() {
        externalAddress();
        Gateway to = gateway;
        if (to != null) {
            send(Pcp.announceRequest(to.own().address()));
        }
    }

    void externalAddress() {
        if (gateway != null) {
            send(NatPmp.externalAddressRequest());
        }
    }

    void map(boolean byPcp) {
        map(byPcp, PortMappingTiming.LIFETIME_SECONDS, suggested);
    }

    void remove(boolean byPcp) {
        map(byPcp, 0, ANY);
    }

    private void map(boolean byPcp, int lifetimeSeconds, IpEndpoint wish) {
        Gateway to = gateway;
        if (to != null) {
            send(
                    byPcp
                            ? Pcp.mapRequest(to.own().address(), nonce, internalPort, wish, lifetimeSeconds)
                            : NatPmp.mapRequest(internalPort, wish.port(), lifetimeSeconds));
        }
    }

    private void send(byte[] request) {
        counters.countSent();
        sink.sendToGateway(request);
    }
}
