package pt.sunbeam.daemon;

import io.netty.channel.EventLoop;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import pt.sunbeam.ip.IpAddress;
import pt.sunbeam.ip.IpEndpoint;
import pt.sunbeam.ip.IpPrefix;
import pt.sunbeam.netcheck.InterfaceAddress;
import pt.sunbeam.netcheck.InterfaceAddresses;
import pt.sunbeam.netcheck.NetReport;
import pt.sunbeam.portmap.Gateway;
import pt.sunbeam.portmap.MappingServices;
import pt.sunbeam.portmap.PortMapping;
import pt.sunbeam.portmap.PortMappingCounters;
import pt.sunbeam.time.Ticker;
import pt.sunbeam.underlay.GatewaySocket;

/**
 * The shell around {@link PortMapping}: gives it the router of this network and a socket. Owner: the data loop. Without a
 * router in a private network it does nothing.
 */
final class PortMapper {
    private static final Logger LOG = LoggerFactory.getLogger(PortMapper.class);

    /** What it tells. */
    interface Listener {
        /** What the router grants is another; null for nothing. */
        void mapped(@Nullable IpEndpoint external);

        /** What the router speaks is another; null while nothing is known. */
        void services(@Nullable MappingServices services);

        /** A turn of the loop that began here is over, and deadlines may have moved. */
        void turned();
    }

    private final boolean allowed;
    private final EventLoop loop;
    private final Ticker ticker;
    private final Listener listener;
    private final PortMapping mapping;
    private @Nullable GatewaySocket socket;
    private @Nullable IpEndpoint told;
    private @Nullable IpEndpoint lastGlobal;

    /** @param allowed whether the router may be asked at all */
    PortMapper(boolean allowed, EventLoop loop, RandomGenerator random, Ticker ticker, Listener listener) {
        this.allowed = allowed;
        this.loop = loop;
        this.ticker = ticker;
        this.listener = listener;
        this.mapping = new PortMapping(random, new FromMapping());
    }

    /**
     * The network is another one, or may be.
     *
     * @param port of the IPv4 socket; 0 for no socket
     */
    void networkChanged(InterfaceAddresses local, int port, long nowNanos) {
        closeSocket();
        IpAddress address = local.gatewayV4();
        GatewaySocket opened = !allowed || address == null || port == 0 || !Gateway.mayTranslate(address)
                ? null
                : GatewaySocket.open(loop, new IpEndpoint(address, Gateway.PORT), this::received);
        socket = opened;
        if (address == null || opened == null) {
            mapping.gatewayLost();
        } else {
            mapping.start(new Gateway(address, withPrefix(local, opened.ownAddress())), port, nowNanos);
        }
    }

    private static IpPrefix withPrefix(InterfaceAddresses local, IpAddress own) {
        return local.usable().stream()
                .map(InterfaceAddress::prefix)
                .filter(prefix -> prefix.address().equals(own))
                .findFirst()
                .orElse(IpPrefix.single(own));
    }

    /** A thorough look at the network, or another address of its outer side, is a reason to look at the mapping too. */
    void measured(NetReport report, long nowNanos) {
        IpEndpoint global = report.globalV4();
        IpEndpoint before = lastGlobal;
        boolean moved = global != null && before != null && !global.address().equals(before.address());
        if (global != null) {
            lastGlobal = global;
        }
        if (report.full() || moved) {
            mapping.check(nowNanos);
        }
    }

    @Nullable
    IpEndpoint external() {
        return mapping.external();
    }

    PortMappingCounters counters() {
        return mapping.counters();
    }

    long nextDeadlineNanos() {
        return mapping.nextDeadlineNanos();
    }

    void onTimer(long nowNanos) {
        mapping.onTimer(nowNanos);
    }

    /** Withdraws the mapping, as far as one datagram can. */
    void close() {
        mapping.stop();
        closeSocket();
    }

    private void closeSocket() {
        if (socket != null) {
            socket.close();
            socket = null;
        }
    }

    private void received(IpEndpoint source, byte[] datagram) {
        mapping.onResponse(datagram, 0, datagram.length, source, ticker.nanos());
        listener.turned();
    }

    private final class FromMapping implements PortMapping.Sink {
        @Override
        public void sendToGateway(byte[] request) {
            if (socket != null) {
                socket.send(request);
            }
        }

        @Override
        public void mappingChanged() {
            IpEndpoint external = mapping.external();
            if (external == null ? told != null : !external.equals(told)) {
                LOG.info("the router maps {} to this node", external == null ? "nothing" : external);
                told = external;
                listener.mapped(external);
            }
            listener.services(mapping.services());
        }
    }
}
