package pt.sunbeam.proxy;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.ChannelInputShutdownReadComplete;
import io.netty.channel.socket.DuplexChannel;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import pt.sunbeam.ip.IpAddress;
import pt.sunbeam.ip.IpEndpoint;
import pt.sunbeam.netstack.ConnectResult;
import pt.sunbeam.netstack.tcp.ConnectFailure;
import pt.sunbeam.netstack.tcp.ResetCause;
import pt.sunbeam.netstack.tcp.TcpConnection;
import pt.sunbeam.netstack.tcp.TcpEvents;

/**
 * One local connection joined to one connection in the tailnet. Owner: the data loop.
 *
 * <p>Ends are mapped exactly, each direction for itself: a local end of file becomes a FIN and a FIN becomes a local end of
 * file; a reset on either side becomes a reset on the other, after bytes that arrived in order have been handed over.
 * Nothing is buffered beyond the two sockets: a full send buffer stops reading the local channel, a slow local program
 * leaves bytes in the receive buffer, whose window then closes. The kernel has accepted the local connection before the
 * target is known, so a target that cannot be reached resets it.
 */
final class Splice extends ChannelInboundHandlerAdapter implements TcpEvents {
    private static final int READ_CHUNK_BYTES = 64 << 10;

    private final Forward forward;
    private final Tailnet tailnet;
    private @Nullable ChannelHandlerContext local;
    private @Nullable TcpConnection remote;
    private @Nullable ByteBuf unsent;
    private boolean established;
    private boolean localEnded;
    private boolean localFinSent;
    private boolean remoteEnded;
    private boolean outputShut;
    private boolean remoteReset;
    private boolean done;

    Splice(Forward forward, Tailnet tailnet) {
        this.forward = forward;
        this.tailnet = tailnet;
    }

    // ---- the local side ----

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        local = ctx;
        forward.opened(this);
        IpAddress address = tailnet.resolve(forward.spec().host());
        if (address == null) {
            fail("no peer is called \"" + forward.spec().host() + "\"");
            return;
        }
        String refusal = tailnet.refusal(address);
        if (!refusal.isEmpty()) {
            fail(refusal);
            return;
        }
        switch (tailnet.connect(new IpEndpoint(address, forward.spec().targetPort()), this)) {
            case ConnectResult.Opening(TcpConnection connection) -> remote = connection;
            case ConnectResult.Failed(ConnectFailure failure) -> fail(reason(failure));
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf in = (ByteBuf) message;
        if (remote == null || done) {
            in.release();
            return;
        }
        tailnet.beginTurn();
        if (unsent == null) {
            unsent = in;
        } else {
            unsent = io.netty.buffer.Unpooled.wrappedBuffer(unsent, in);
        }
        sendOut();
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        if (unsent == null && !localEnded && !done && established) {
            ctx.read();
        }
        tailnet.pump();
    }

    /** Moves local bytes into the send buffer as far as it takes them; the rest waits and holds up further reading. */
    private void sendOut() {
        TcpConnection connection = remote;
        ByteBuf bytes = unsent;
        if (connection == null || bytes == null) {
            return;
        }
        while (bytes.isReadable()) {
            ByteBuffer view = bytes.nioBuffer();
            int taken = connection.write(view);
            if (taken == 0) {
                return;
            }
            bytes.skipBytes(taken);
        }
        bytes.release();
        unsent = null;
        sendFin();
    }

    private void sendFin() {
        if (localEnded && unsent == null && !localFinSent && remote != null) {
            localFinSent = true;
            remote.shutdownWrite();
            finishIfBothEnded();
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        boolean ended = event instanceof ChannelInputShutdownEvent || event instanceof ChannelInputShutdownReadComplete;
        if (ended && !localEnded && !done) {
            localEnded = true;
            tailnet.beginTurn();
            sendFin();
            tailnet.pump();
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        if (ctx.channel().isWritable() && remote != null && !done) {
            tailnet.beginTurn();
            handOver();
            tailnet.pump();
        }
    }

    /** The local program is gone without having said goodbye in both directions. */
    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        abort();
        tailnet.pump();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        abort();
        tailnet.pump();
    }

    // ---- the tailnet's side ----

    @Override
    public void connected(TcpConnection connection) {
        established = true;
        forward.connected();
        // A program may have said all and goodbye by now; reading on would fail and close its connection.
        if (unsent == null && !localEnded && !done && local != null) {
            local.read();
        }
    }

    @Override
    public void writable(TcpConnection connection) {
        sendOut();
        if (unsent == null && !localEnded && !done && local != null) {
            local.read();
        }
    }

    @Override
    public void readable(TcpConnection connection) {
        handOver();
    }

    @Override
    public void peerFin(TcpConnection connection) {
        remoteEnded = true;
        handOver();
    }

    @Override
    public void closed(TcpConnection connection) {
        handOver();
    }

    @Override
    public void reset(TcpConnection connection, ResetCause cause) {
        remoteReset = true;
        releaseUnsent();
        handOver();
    }

    @Override
    public void connectFailed(TcpConnection connection, ConnectFailure failure) {
        fail(reason(failure));
    }

    private String reason(ConnectFailure failure) {
        String target = forward.spec().targetText();
        return switch (failure) {
            case REFUSED -> target + " refused the connection";
            case PROHIBITED -> "the tailnet's policy does not allow " + target;
            case UNREACHABLE -> "no peer carries the address of " + target;
            case TIMED_OUT -> target + " did not answer in time";
            case PEER_GONE -> "the peer of " + target + " left the tailnet";
            case NO_RESOURCES -> "too many connections are open";
        };
    }

    /** Moves received bytes to the local program as far as it takes them; what it leaves keeps the window closed. */
    private void handOver() {
        ChannelHandlerContext ctx = local;
        TcpConnection connection = remote;
        if (ctx == null || connection == null || done) {
            return;
        }
        boolean wrote = false;
        while (connection.readableBytes() > 0 && ctx.channel().isWritable()) {
            int size = Math.min(connection.readableBytes(), READ_CHUNK_BYTES);
            ByteBuf bytes = ctx.alloc().buffer(size);
            int n = connection.read(bytes.nioBuffer(0, size));
            bytes.writerIndex(n);
            ctx.write(bytes);
            wrote = true;
        }
        if (wrote) {
            ctx.flush();
        }
        if (connection.readableBytes() == 0) {
            passEnd(ctx);
        }
    }

    private void passEnd(ChannelHandlerContext ctx) {
        if (remoteReset) {
            resetLocal(ctx);
        } else if (remoteEnded && !outputShut) {
            outputShut = true;
            // An empty write completes after everything before it.
            ctx.writeAndFlush(io.netty.buffer.Unpooled.EMPTY_BUFFER).addListener(f -> {
                if (!done) {
                    ((DuplexChannel) ctx.channel()).shutdownOutput();
                    finishIfBothEnded();
                }
            });
        }
    }

    private void finishIfBothEnded() {
        if (localFinSent && outputShut && !done) {
            finish();
            if (local != null) {
                local.writeAndFlush(io.netty.buffer.Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
            }
            if (remote != null) {
                remote.close();
            }
        }
    }

    private void fail(String reason) {
        forward.failed(reason);
        ChannelHandlerContext ctx = local;
        if (ctx != null && !done) {
            resetLocal(ctx);
        }
    }

    /** Ends the local connection so that the program sees an error and not an end of file. */
    private void resetLocal(ChannelHandlerContext ctx) {
        finish();
        ctx.writeAndFlush(io.netty.buffer.Unpooled.EMPTY_BUFFER).addListener(f -> {
            reset(ctx);
        });
        if (remote != null) {
            remote.close();
        }
    }

    /** Ends both sides at once with a reset. */
    void abort() {
        if (!done) {
            finish();
            tailnet.beginTurn();
            if (remote != null) {
                remote.abort();
            }
            if (local != null) {
                reset(local);
            }
        }
    }

    /** A channel that the app has reset is closed already, and would refuse the option. */
    private static void reset(ChannelHandlerContext ctx) {
        if (ctx.channel().isOpen()) {
            ctx.channel().config().setOption(ChannelOption.SO_LINGER, 0);
        }
        ctx.close();
    }

    private void finish() {
        done = true;
        releaseUnsent();
        forward.closed(this);
    }

    private void releaseUnsent() {
        if (unsent != null) {
            unsent.release();
            unsent = null;
        }
    }
}
