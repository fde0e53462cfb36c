package pt.sunbeam.testkit;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.ssl.SslContext;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import pt.sunbeam.keys.MachinePrivate;
import pt.sunbeam.keys.MachinePublic;
import pt.sunbeam.keys.NodePublic;
import pt.sunbeam.tailcfg.DerpMap;
import pt.sunbeam.tailcfg.FilterRule;
import pt.sunbeam.tailcfg.MapRequest;
import pt.sunbeam.tailcfg.Node;
import pt.sunbeam.tailcfg.RegisterRequest;

/**
 * A control server in this JVM, on a free port: key, upgrade, Noise, HTTP/2, registration, map streams with
 * deltas. It shares records and codecs with the client, so it proves behaviour and never a wire format. All its state lives
 * on one event loop; the methods may be called from any other thread and return when they have taken effect.
 */
public final class ControlServer implements AutoCloseable {
    static final String PING_PATH = "/machine/ping-response";

    /** Every registration request, in order. */
    public final Queue<RegisterRequest> registrations = new ConcurrentLinkedQueue<>();

    /** Every map request, in order. */
    public final Queue<MapRequest> mapRequests = new ConcurrentLinkedQueue<>();

    /** The path and body of every answer to a ping. */
    public final BlockingQueue<String> pings = new LinkedBlockingQueue<>();

    private final EventLoopGroup group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final ChannelGroup connections = new DefaultChannelGroup(group.next());
    private final RandomGenerator random;
    private final MachinePrivate noise;
    private final @Nullable SslContext tls;
    private final InetAddress host;
    private final Tailnet tailnet = new Tailnet();
    private final ControlFaults faults = new ControlFaults();
    private @Nullable Channel listener;
    private int port;

    private ControlServer(InetAddress host, @Nullable SslContext tls, RandomGenerator random) {
        this.host = host;
        this.tls = tls;
        this.random = random;
        this.noise = MachinePrivate.generate(random);
    }

    /** A server on plain http on 127.0.0.1. */
    public static ControlServer start() {
        return start(InetAddress.getLoopbackAddress(), null, RandomGenerator.of("L64X128MixRandom"));
    }

    /** A server on {@code host}, an address of this machine, and on https when {@code tls} is not null. */
    public static ControlServer start(InetAddress host, @Nullable SslContext tls, RandomGenerator random) {
        ControlServer server = new ControlServer(host, tls, random);
        server.listen();
        return server;
    }

    private void listen() {
        Channel bound = new ServerBootstrap()
                .group(group)
                .channel(NioServerSocketChannel.class)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        connections.add(channel);
                        if (tls != null) {
                            channel.pipeline().addLast(tls.newHandler(channel.alloc()));
                        }
                        ControlFrontDoor.addTo(channel.pipeline(), ControlServer.this);
                    }
                })
                .bind(new InetSocketAddress(host, port))
                .syncUninterruptibly()
                .channel();
        port = ((InetSocketAddress) bound.localAddress()).getPort();
        listener = bound;
    }

    public String url() {
        return (tls == null ? "http" : "https") + "://" + host.getHostAddress() + ":" + port;
    }

    public ControlFaults faults() {
        return faults;
    }

    public void addAuthKey(String key, boolean reusable) {
        on(() -> tailnet.authKeys.put(key, new Tailnet.AuthKey(reusable, false)));
    }

    public void addExpiredAuthKey(String key) {
        on(() -> tailnet.authKeys.put(key, new Tailnet.AuthKey(true, true)));
    }

    /** Lets the node that waits at {@code url} in. */
    public void approve(String url) {
        on(() -> {
            for (RegisterRequest request : registrations) {
                if (tailnet.logins.containsKey(url)) {
                    tailnet.logins.put(url, request.nodeKey());
                }
            }
            return url;
        });
    }

    /** Replaces the relays and tells every node. */
    public void derpMap(DerpMap map) {
        on(() -> {
            tailnet.derpMap = map;
            tellAll(Map.of("DERPMap", map));
            return map;
        });
    }

    /** Replaces the packet filter and tells every node. */
    public void packetFilter(List<FilterRule> rules) {
        on(() -> {
            tailnet.filter = rules;
            tellAll(Map.of("PacketFilters", Map.of("base", rules)));
            return rules;
        });
    }

    /** The nodes as peers see them. */
    public List<Node> nodes() {
        return on(() ->
                tailnet.members.values().stream().map(member -> member.node).toList());
    }

    /** Sends {@code members} as one map message to a node. */
    public void inject(NodePublic node, Map<String, ?> members) {
        on(() -> {
            TailnetMember member = member(node);
            tailnet.send(member, members);
            return member;
        });
    }

    /** Sends raw bytes into a node's map stream, between messages. */
    public void injectBytes(NodePublic node, byte[] bytes) {
        on(() -> {
            Channel stream = member(node).stream;
            if (stream != null) {
                Tailnet.sendBytes(stream, bytes);
            }
            return bytes;
        });
    }

    public void keepAlive() {
        on(() -> {
            tellAll(Map.of("KeepAlive", true));
            return true;
        });
    }

    /** Asks a node to answer at a URL of this server; the answer appears in {@link #pings}. */
    public void ping(NodePublic node, String types, boolean throughNoise, String payload) {
        String url = url() + PING_PATH + "?id=" + Math.abs(random.nextLong());
        inject(
                node,
                Map.of(
                        "KeepAlive",
                        true,
                        "PingRequest",
                        Map.of("URL", url, "URLIsNoise", throughNoise, "Types", types, "Payload", payload)));
    }

    /** Deletes a node: its stream ends, its peers are told, its key is unknown. */
    public void delete(NodePublic node) {
        on(() -> {
            TailnetMember gone = member(node);
            tailnet.members.remove(node);
            tailnet.tellOthers(gone, Map.of("PeersRemoved", List.of(gone.id)));
            if (gone.stream != null) {
                gone.stream.close();
            }
            return gone;
        });
    }

    /** From now on the node must register with a new key. */
    public void expire(NodePublic node) {
        on(() -> member(node).expired = true);
    }

    /** Ends a node's map stream, as a server does before an update. */
    public void closeStream(NodePublic node) {
        on(() -> {
            Channel stream = member(node).stream;
            if (stream != null) {
                stream.close();
            }
            return true;
        });
    }

    /** Cuts every connection. */
    public void dropConnections() {
        connections.close().awaitUninterruptibly();
    }

    /** Stops listening and cuts every connection; the tailnet stays. */
    public void stop() {
        Channel bound = listener;
        if (bound != null) {
            bound.close().awaitUninterruptibly();
            listener = null;
        }
        dropConnections();
    }

    /** Listens again on the same port. */
    public void restart() {
        stop();
        listen();
    }

    Tailnet tailnet() {
        return tailnet;
    }

    MachinePublic noiseKey() {
        return noise.publicKey();
    }

    byte[] noisePrivate() {
        return noise.toBytes();
    }

    RandomGenerator random() {
        return random;
    }

    void pinged(String path, byte[] body) {
        pings.add(path + "\n" + new String(body, java.nio.charset.StandardCharsets.UTF_8));
    }

    private TailnetMember member(NodePublic node) {
        TailnetMember member = tailnet.members.get(node);
        if (member == null) {
            throw new IllegalArgumentException("no node has the key " + node);
        }
        return member;
    }

    private void tellAll(Map<String, ?> message) {
        tailnet.members.values().forEach(member -> tailnet.send(member, message));
    }

    private <T> T on(Callable<T> action) {
        return group.next().submit(action).syncUninterruptibly().getNow();
    }

    @Override
    public void close() {
        stop();
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }
}
