package pt.sunbeam.relay;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.util.concurrent.Promise;
import io.netty.util.concurrent.ScheduledFuture;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import pt.sunbeam.bytes.PacketBatch;
import pt.sunbeam.derp.DerpClient;
import pt.sunbeam.derp.DerpFrame;
import pt.sunbeam.derp.DerpSink;
import pt.sunbeam.ip.IpAddress;
import pt.sunbeam.keys.NodePrivate;
import pt.sunbeam.keys.NodePublic;
import pt.sunbeam.time.Deadline;
import pt.sunbeam.time.Ticker;
import pt.sunbeam.transport.HttpUpgrade;

/**
 * One established channel to one relay: Netty around a {@link DerpClient}. Owner: the data loop. It ends once; the
 * {@link RelayLink} above it makes the next one.
 *
 * <p>Frames of one turn of the loop are gathered into one buffer and leave in one write ({@link #flush}): a relay
 * carries half as much again when about a dozen frames share a write as when each is flushed alone.
 */
final class RelayConnection extends ChannelInboundHandlerAdapter implements DerpSink {
    /** What may wait in this process for the socket; beyond it the stack waits instead. */
    static final WriteBufferWaterMark WATER_MARK = new WriteBufferWaterMark(64 << 10, 192 << 10);

    private static final int GATHER_BYTES = 64 << 10;
    private static final int READ_BYTES = 128 << 10;

    /** What the connection tells its link. */
    interface Listener {
        void up();

        void down(String reason);

        void received(NodePublic source, PacketBatch packets);

        void readComplete();

        void writable();

        void peerGone(NodePublic peer);

        void health(String text);

        void restarting(long reconnectInMillis, long tryForMillis);
    }

    private final Listener listener;
    private final Ticker ticker;
    private final Channel channel;
    private final DerpClient client;
    private final byte[] readArray = new byte[READ_BYTES];
    private @Nullable ByteBuf gathered;
    private @Nullable ScheduledFuture<?> timer;
    private long timerDeadlineNanos = Deadline.NONE;
    private boolean ended;

    private RelayConnection(
            Channel channel,
            NodePrivate self,
            boolean preferred,
            RandomGenerator random,
            Ticker ticker,
            Listener listener) {
        this.channel = channel;
        this.ticker = ticker;
        this.listener = listener;
        this.client = new DerpClient(self, preferred, random, this, ticker.nanos());
    }

    /** Upgrades {@code channel} (fresh from the dialer) to the relay protocol. Call on the channel's loop. */
    static RelayConnection start(
            Channel channel,
            String hostHeader,
            NodePrivate self,
            boolean preferred,
            RandomGenerator random,
            Ticker ticker,
            Listener listener) {
        RelayConnection connection = new RelayConnection(channel, self, preferred, random, ticker, listener);
        channel.config().setOption(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER_MARK);
        Promise<Void> upgraded = channel.eventLoop().newPromise();
        upgraded.addListener(f -> {
            if (!f.isSuccess()) {
                connection.end("the relay refused the upgrade: " + f.cause().getMessage());
            }
        });
        String request = "GET /derp HTTP/1.1\r\nHost: " + hostHeader
                + "\r\nUpgrade: DERP\r\nConnection: Upgrade\r\nContent-Length: 0\r\n\r\n";
        channel.pipeline().addLast(new HttpUpgrade(request, "DERP", upgraded), connection);
        channel.config().setAutoRead(true);
        connection.schedule();
        return connection;
    }

    boolean isUp() {
        return client.isUp() && !ended;
    }

    /**
     * The network of this machine has changed. A connection from an address that is gone is dead without a word; any other is
     * asked for a sign of life.
     */
    void networkChanged(Predicate<IpAddress> isOwn) {
        if (channel.localAddress() instanceof InetSocketAddress local
                && !isOwn.test(IpAddress.of(local.getAddress()))) {
            end("this machine no longer has the address " + local.getAddress().getHostAddress());
            return;
        }
        client.probe(ticker.nanos());
        flush();
        schedule();
    }

    void setPreferred(boolean preferred) {
        client.setPreferred(preferred);
        flush();
    }

    /**
     * How many bytes this connection takes now; 0 when it is not up, or full. While the channel is writable it is never a
     * remainder too small for a packet: only crossing the mark brings the event that ends a wait.
     */
    int creditBytes() {
        if (!isUp() || !channel.isWritable()) {
            return 0;
        }
        return Math.clamp(channel.bytesBeforeUnwritable(), GATHER_BYTES, Integer.MAX_VALUE);
    }

    /** Frames every packet of {@code sealed} for {@code destination}; they leave with the next {@link #flush}. */
    void send(byte[] destination, PacketBatch sealed) {
        for (int i = 0; i < sealed.count(); i++) {
            int at = DerpFrame.prefixSendPacket(sealed.array(), sealed.offset(i), sealed.length(i), destination);
            gather(sealed.array(), at, DerpFrame.SEND_PREFIX_BYTES + sealed.length(i));
        }
    }

    private void gather(byte[] array, int offset, int length) {
        ByteBuf out = gathered;
        if (out != null && out.readableBytes() + length > GATHER_BYTES) {
            channel.write(out);
            out = null;
        }
        if (out == null) {
            out = channel.alloc().buffer(GATHER_BYTES);
            gathered = out;
        }
        out.writeBytes(array, offset, length);
    }

    void flush() {
        if (gathered != null) {
            ByteBuf out = gathered;
            gathered = null;
            channel.writeAndFlush(out);
        }
    }

    void close() {
        ended = true;
        release();
        channel.close();
    }

    private void end(String reason) {
        if (!ended) {
            close();
            listener.down(reason);
        }
    }

    private void release() {
        if (gathered != null) {
            gathered.release();
            gathered = null;
        }
        if (timer != null) {
            timer.cancel(false);
            timer = null;
        }
    }

    private void schedule() {
        long deadlineNanos = ended ? Deadline.NONE : client.nextDeadlineNanos();
        if (deadlineNanos == Deadline.NONE || timer != null && timerDeadlineNanos <= deadlineNanos) {
            return;
        }
        if (timer != null) {
            timer.cancel(false);
        }
        timerDeadlineNanos = deadlineNanos;
        timer = channel.eventLoop()
                .schedule(this::onTimer, Math.max(0, deadlineNanos - ticker.nanos()), TimeUnit.NANOSECONDS);
    }

    private void onTimer() {
        timer = null;
        timerDeadlineNanos = Deadline.NONE;
        if (!ended) {
            client.onTimer(ticker.nanos());
            flush();
            schedule();
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf in = (ByteBuf) message;
        try {
            long nowNanos = ticker.nanos();
            while (in.isReadable() && !ended) {
                int n = Math.min(in.readableBytes(), READ_BYTES);
                in.readBytes(readArray, 0, n);
                client.onBytes(readArray, 0, n, nowNanos);
            }
        } finally {
            in.release();
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        if (!ended) {
            client.readComplete();
        }
        if (!ended) {
            listener.readComplete();
            flush();
            schedule();
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        if (channel.isWritable()) {
            channel.eventLoop().execute(this::tellWritable);
        }
    }

    /** In a turn of its own: Netty says it from within a flush, in the midst of whatever turn flushed. */
    private void tellWritable() {
        if (!ended && channel.isWritable()) {
            listener.writable();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        end("the relay closed the connection");
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        end("the relay connection broke: " + cause.getMessage());
    }

    @Override
    public void send(byte[] frame) {
        gather(frame, 0, frame.length);
    }

    @Override
    public void ready() {
        listener.up();
        schedule();
    }

    @Override
    public void received(NodePublic source, PacketBatch packets) {
        listener.received(source, packets);
    }

    @Override
    public void peerGone(NodePublic peer) {
        listener.peerGone(peer);
    }

    @Override
    public void health(String text) {
        listener.health(text);
    }

    @Override
    public void restarting(long reconnectInMillis, long tryForMillis) {
        listener.restarting(reconnectInMillis, tryForMillis);
    }

    @Override
    public void failed(String reason) {
        end(reason);
    }
}
