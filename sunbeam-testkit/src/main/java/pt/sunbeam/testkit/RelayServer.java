package pt.sunbeam.testkit;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.handler.ssl.SslContext;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import pt.sunbeam.keys.NodePrivate;
import pt.sunbeam.keys.NodePublic;
import pt.sunbeam.transport.EventLoops;

/**
 * A relay for tests and the demo: a packet switch keyed by node key, with plain HTTP or TLS. It does what
 * a client can observe of Tailscale's derper and Headscale's embedded relay: hello, packets, peer-gone, ping,
 * keep-alives, newest connection of a key wins, a bounded queue for each client.
 */
public final class RelayServer implements AutoCloseable {
    private static final long KEEP_ALIVE_SECONDS = 60;

    private final EventLoops loops = new EventLoops("testkit-relay");
    private final NodePrivate key;
    private final InetAddress host;
    private final @Nullable SslContext tls;
    private final Map<NodePublic, RelayServerClient> clients = new HashMap<>();
    private @Nullable Channel listener;
    private int port;
    private volatile boolean silent;
    private volatile boolean refuse;
    private volatile long relayedPackets;

    /** A relay on 127.0.0.1. */
    public RelayServer(NodePrivate key, @Nullable SslContext tls) {
        this(InetAddress.getLoopbackAddress(), key, tls);
    }

    /** A relay on {@code host}, an address of this machine. */
    public RelayServer(InetAddress host, NodePrivate key, @Nullable SslContext tls) {
        this.host = host;
        this.key = key;
        this.tls = tls;
    }

    /** Starts listening: on a free port the first time, on the same one afterwards. */
    public synchronized RelayServer start() {
        listener = new ServerBootstrap()
                .group(loops.loop())
                .channel(EventLoops.serverType())
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel ch) {
                        if (tls != null) {
                            ch.pipeline().addLast(tls.newHandler(ch.alloc()));
                        }
                        ch.pipeline().addLast(new RelayServerClient(RelayServer.this));
                    }
                })
                .bind(new InetSocketAddress(host, port))
                .syncUninterruptibly()
                .channel();
        port = ((InetSocketAddress) listener.localAddress()).getPort();
        return this;
    }

    public int port() {
        return port;
    }

    /** While set, the relay accepts connections and says nothing at all. */
    public void setSilent(boolean silent) {
        this.silent = silent;
    }

    /** While set, the relay answers every upgrade with an error status. */
    public void setRefuse(boolean refuse) {
        this.refuse = refuse;
    }

    /** How many packets have been passed from one client to another. */
    public long relayedPackets() {
        return relayedPackets;
    }

    /** Closes the listener and every connection: a relay that went down. {@link #start} brings it back. */
    public synchronized void stop() {
        Channel open = listener;
        if (open != null) {
            open.close().syncUninterruptibly();
            loops.loop().submit(this::closeClients).syncUninterruptibly();
            listener = null;
        }
    }

    private void closeClients() {
        for (RelayServerClient client : Map.copyOf(clients).values()) {
            client.close();
        }
        clients.clear();
    }

    /** Whether {@code node} is connected now. */
    public boolean hasClient(NodePublic node) {
        return Boolean.TRUE.equals(loops.loop()
                .submit(() -> clients.containsKey(node))
                .syncUninterruptibly()
                .getNow());
    }

    /** Sends {@code frame} to one connected client, whatever it says. */
    public void inject(NodePublic node, byte[] frame) {
        loops.loop()
                .submit(() -> {
                    RelayServerClient client = clients.get(node);
                    if (client != null) {
                        client.write(frame);
                    }
                })
                .syncUninterruptibly();
    }

    @Override
    public void close() {
        stop();
        loops.close();
    }

    NodePrivate key() {
        return key;
    }

    boolean silent() {
        return silent;
    }

    boolean refuse() {
        return refuse;
    }

    EventLoop loop() {
        return loops.loop();
    }

    void register(NodePublic node, RelayServerClient client) {
        clients.put(node, client);
        client.scheduleKeepAlive(KEEP_ALIVE_SECONDS, TimeUnit.SECONDS);
    }

    void unregister(NodePublic node, RelayServerClient client) {
        if (clients.remove(node, client)) {
            for (RelayServerClient other : clients.values()) {
                other.peerDisconnected(node);
            }
        }
    }

    @Nullable
    RelayServerClient client(NodePublic node) {
        return clients.get(node);
    }

    void countRelayed() {
        // The loop is the only writer.
        long counted = relayedPackets;
        relayedPackets = counted + 1;
    }
}
