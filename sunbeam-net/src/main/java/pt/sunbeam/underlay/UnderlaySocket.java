package pt.sunbeam.underlay;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.DatagramPacket;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;
import pt.sunbeam.bytes.PacketBatch;
import pt.sunbeam.ip.IpAddress;
import pt.sunbeam.ip.IpEndpoint;
import pt.sunbeam.time.Ticker;
import pt.sunbeam.transport.DatagramOffload;
import pt.sunbeam.transport.EventLoops;

/**
 * One bound UDP socket of one family. Owner: the loop.
 *
 * <p>Datagrams of one read and one source become one batch. Datagrams of equal length to one destination leave as one run,
 * which the kernel or the device cuts (UDP_SEGMENT, Linux 4.18); when a device refuses that, this socket never tries again.
 * No error ends the socket: on a socket for everybody an ICMP error of one peer says nothing about the others.
 */
final class UnderlaySocket extends ChannelInboundHandlerAdapter {
    /** What is asked for as the socket's buffers, in bytes (Tailscale 1.102, wgengine/magicsock). */
    static final int BUFFER_BYTES = 7 << 20;

    private static final int MAX_SEGMENTS = 64;
    private static final int MAX_RUN_BYTES = 65_507;
    private static final int BATCH_PACKETS = 128;
    private static final int LARGEST_DATAGRAM = 65_535;
    private static final int GATHER_BYTES = 64 << 10;
    private static final WriteBufferWaterMark WATER_MARK = new WriteBufferWaterMark(256 << 10, 1 << 20);

    private final DatagramChannel channel;
    private final UnderlayEvents events;
    private final UnderlayCounters counters;
    private final Ticker ticker;
    private final PacketBatch batch =
            new PacketBatch(BATCH_PACKETS, BATCH_PACKETS * 1600 + LARGEST_DATAGRAM + PacketBatch.HEADROOM);
    private @Nullable IpEndpoint batchSource;
    private @Nullable InetSocketAddress lastSender;
    private IpEndpoint lastSource = new IpEndpoint(IpAddress.ANY_V4, 0);
    private @Nullable IpEndpoint lastDestination;
    private @Nullable InetSocketAddress lastDestinationAddress;
    private final boolean coalescing;
    private boolean segmentation;
    private boolean dirty;

    private UnderlaySocket(
            DatagramChannel channel,
            boolean coalescing,
            UnderlayEvents events,
            UnderlayCounters counters,
            Ticker ticker) {
        this.channel = channel;
        this.coalescing = coalescing;
        this.segmentation = DatagramOffload.canSegment();
        this.events = events;
        this.counters = counters;
        this.ticker = ticker;
    }

    /** Binds to {@code port} of every address of the family, or returns null when that cannot be had. Call on the loop. */
    static @Nullable UnderlaySocket bind(
            EventLoop loop, boolean v6, int port, UnderlayEvents events, UnderlayCounters counters, Ticker ticker) {
        DatagramChannel channel;
        try {
            channel = EventLoops.newDatagram(v6);
        } catch (RuntimeException e) {
            return null;
        }
        boolean coalescing = DatagramOffload.prepare(channel, v6);
        channel.config().setOption(ChannelOption.SO_RCVBUF, BUFFER_BYTES);
        channel.config().setOption(ChannelOption.SO_SNDBUF, BUFFER_BYTES);
        channel.config().setRecvByteBufAllocator(new FixedRecvByteBufAllocator(LARGEST_DATAGRAM));
        channel.config().setOption(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER_MARK);
        UnderlaySocket socket = new UnderlaySocket(channel, coalescing, events, counters, ticker);
        channel.pipeline().addLast(socket);
        IpAddress any = v6 ? IpAddress.v6(0, 0) : IpAddress.ANY_V4;
        ChannelFuture registered = loop.register(channel);
        if (!registered.isSuccess()) {
            return null;
        }
        ChannelFuture bound = channel.bind(new InetSocketAddress(any.toInetAddress(), port));
        if (!bound.isSuccess()) {
            channel.close();
            return null;
        }
        return socket;
    }

    int port() {
        return channel.localAddress().getPort();
    }

    boolean coalescing() {
        return coalescing;
    }

    boolean segmentation() {
        return segmentation;
    }

    int receiveBufferBytes() {
        return channel.config().getReceiveBufferSize();
    }

    int sendBufferBytes() {
        return channel.config().getSendBufferSize();
    }

    /** How many bytes this socket takes now; 0 while it is full. Never a remainder too small for a packet. */
    int creditBytes() {
        return channel.isWritable() ? Math.clamp(channel.bytesBeforeUnwritable(), GATHER_BYTES, Integer.MAX_VALUE) : 0;
    }

    void send(IpEndpoint to, PacketBatch datagrams) {
        InetSocketAddress address = addressOf(to);
        for (int i = 0; i < datagrams.count(); ) {
            int end = segmentation ? datagrams.runEnd(i, MAX_SEGMENTS, MAX_RUN_BYTES) : i + 1;
            writeRun(datagrams, i, end, to, address);
            i = end;
        }
    }

    private void writeRun(PacketBatch datagrams, int first, int end, IpEndpoint to, InetSocketAddress address) {
        int total = 0;
        for (int i = first; i < end; i++) {
            total += datagrams.length(i);
        }
        ByteBuf bytes = channel.alloc().directBuffer(total);
        for (int i = first; i < end; i++) {
            bytes.writeBytes(datagrams.array(), datagrams.offset(i), datagrams.length(i));
        }
        boolean run = end - first > 1;
        DatagramPacket message =
                run ? DatagramOffload.run(bytes, datagrams.length(first), address) : new DatagramPacket(bytes, address);
        write(message, run, to);
        counters.sent += end - first;
    }

    void send(IpEndpoint to, byte[] datagram) {
        ByteBuf bytes = channel.alloc().directBuffer(datagram.length).writeBytes(datagram);
        write(new DatagramPacket(bytes, addressOf(to)), false, to);
        counters.sent++;
    }

    private void write(DatagramPacket message, boolean run, IpEndpoint to) {
        dirty = true;
        channel.write(message).addListener(f -> {
            if (!f.isSuccess()) {
                failed(f.cause(), run, to);
            }
        });
    }

    private void failed(Throwable cause, boolean run, IpEndpoint to) {
        counters.sendFailures++;
        if (run && DatagramOffload.isRefusal(cause)) {
            counters.segmentationRefused++;
            segmentation = false;
        } else if (channel.isOpen() && !DatagramOffload.isLoss(cause)) {
            events.sendFailed(to);
        }
    }

    void flush() {
        if (dirty) {
            dirty = false;
            channel.flush();
        }
    }

    void close() {
        channel.close();
    }

    private InetSocketAddress addressOf(IpEndpoint to) {
        InetSocketAddress known = lastDestinationAddress;
        if (known != null && to.equals(lastDestination)) {
            return known;
        }
        InetSocketAddress address = to.toSocketAddress();
        lastDestination = to;
        lastDestinationAddress = address;
        return address;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        DatagramPacket datagram = (DatagramPacket) message;
        try {
            take(sourceOf(datagram.sender()), datagram.content());
        } finally {
            datagram.release();
        }
    }

    private void take(IpEndpoint source, ByteBuf content) {
        int length = content.readableBytes();
        counters.received++;
        if (!source.equals(batchSource) || !batch.fits(length)) {
            tellBatch();
            batchSource = source;
            batch.setArrivalNanos(ticker.nanos());
        }
        int at = batch.reserve(length);
        content.readBytes(batch.array(), at, length);
    }

    private void tellBatch() {
        IpEndpoint source = batchSource;
        if (source != null && !batch.isEmpty()) {
            events.datagrams(source, batch);
        }
        batch.clear();
        batchSource = null;
    }

    private IpEndpoint sourceOf(InetSocketAddress sender) {
        if (!sender.equals(lastSender)) {
            lastSender = sender;
            lastSource = IpEndpoint.of(sender);
        }
        return lastSource;
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        tellBatch();
        events.readComplete();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        if (channel.isWritable()) {
            channel.eventLoop().execute(this::tellWritable);
        }
    }

    /** In a turn of its own: Netty says it from within a flush, in the midst of whatever turn flushed. */
    private void tellWritable() {
        if (channel.isOpen() && channel.isWritable()) {
            events.writable();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        counters.receiveErrors++;
    }
}
