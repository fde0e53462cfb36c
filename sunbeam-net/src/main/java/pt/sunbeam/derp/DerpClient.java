package pt.sunbeam.derp;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import pt.sunbeam.bytes.Endian;
import pt.sunbeam.bytes.PacketBatch;
import pt.sunbeam.crypto.NaclBox;
import pt.sunbeam.keys.NodePrivate;
import pt.sunbeam.keys.NodePublic;
import pt.sunbeam.time.Deadline;

/**
 * One client's side of one relay connection, from the first byte after the HTTP upgrade. Owner: the data loop.
 *
 * <p>The hello is: ServerKey from the server; ClientInfo from us, a NaCl box by our <em>node</em> key, which is the
 * authentication; ServerInfo, a box that proves the server's key (Tailscale 1.102, derp/derp_client.go). A silence of
 * {@link #READ_TIMEOUT_NANOS} ends the connection; after {@link #PING_AFTER_NANOS} of it we ask with a Ping, so that a
 * half-open connection is noticed in half the time the server's keep-alives would take.
 *
 * <p>It leaves out: HTTP, TLS, reconnecting, and the choice of the relay.
 */
public final class DerpClient {
    /** No frame for this long: the connection is dead. */
    public static final long READ_TIMEOUT_NANOS = Deadline.seconds(120);

    /** No frame for this long, past the server's 60 s + 5 s keep-alive: ask. */
    public static final long PING_AFTER_NANOS = Deadline.seconds(70);

    /** An unanswered Ping this old ends the connection. */
    public static final long PONG_TIMEOUT_NANOS = Deadline.seconds(5);

    /** The hello must be over by then. */
    public static final long HELLO_TIMEOUT_NANOS = Deadline.seconds(10);

    static final byte[] CLIENT_INFO_JSON = "{\"version\":2,\"CanAckPings\":true}".getBytes(StandardCharsets.US_ASCII);

    private static final int PING_BYTES = 8;
    private static final int MAX_HEALTH_BYTES = 1024;
    private static final int BATCH_PACKETS = 128;
    private static final int BATCH_BYTES = BATCH_PACKETS * 1600 + DerpFrame.MAX_PACKET_BYTES;

    private enum Phase {
        AWAIT_SERVER_KEY,
        AWAIT_SERVER_INFO,
        UP,
        FAILED
    }

    private final NodePrivate self;
    private final RandomGenerator random;
    private final DerpSink sink;
    private final DerpFrameReader reader = new DerpFrameReader(this::onFrame);
    private final PacketBatch batch = new PacketBatch(BATCH_PACKETS, BATCH_BYTES);
    private final byte[] batchSource = new byte[DerpFrame.KEY_BYTES];
    private final long[] dropped = new long[DropReason.values().length];
    private Phase phase = Phase.AWAIT_SERVER_KEY;
    private @Nullable NaclBox box;
    private @Nullable NodePublic lastSource;
    private boolean preferred;
    private long phaseDeadlineNanos;
    private long lastFrameNanos;
    private long pongDeadlineNanos = Deadline.NONE;
    private long pingToken;

    /** Why a frame was passed over. */
    public enum DropReason {
        TOO_SHORT,
        UNKNOWN_TYPE,
        PACKET_TOO_LARGE
    }

    /** Starts waiting for the server's hello at {@code nowNanos}. */
    public DerpClient(NodePrivate self, boolean preferred, RandomGenerator random, DerpSink sink, long nowNanos) {
        this.self = self;
        this.preferred = preferred;
        this.random = random;
        this.sink = sink;
        this.lastFrameNanos = nowNanos;
        this.phaseDeadlineNanos = nowNanos + HELLO_TIMEOUT_NANOS;
    }

    public boolean isUp() {
        return phase == Phase.UP;
    }

    /** How many frames were passed over for {@code reason}. */
    public long dropped(DropReason reason) {
        return dropped[reason.ordinal()];
    }

    /** Says whether this relay is our home; sent at once when the hello is over already. */
    public void setPreferred(boolean preferred) {
        if (this.preferred != preferred) {
            this.preferred = preferred;
            if (phase == Phase.UP || phase == Phase.AWAIT_SERVER_INFO) {
                sendPreferred();
            }
        }
    }

    /**
     * Takes the next bytes of the connection. Packets of one source in a row come out as one batch, at the latest with
     * {@link #readComplete}: a relay puts two or three into a TLS record, and a read brings many records.
     */
    public void onBytes(byte[] array, int offset, int length, long nowNanos) {
        if (phase == Phase.FAILED) {
            return;
        }
        lastFrameNanos = nowNanos;
        batch.setArrivalNanos(nowNanos);
        if (!reader.read(array, offset, length)) {
            flush();
            fail("a frame was larger than " + DerpFrame.MAX_PAYLOAD_BYTES + " bytes");
        }
    }

    /** What {@link #onBytes} was given was all that is there for now. */
    public void readComplete() {
        flush();
    }

    /** Asks for a sign of life now, for example after the network changed. */
    public void probe(long nowNanos) {
        if (phase == Phase.UP && pongDeadlineNanos == Deadline.NONE) {
            pingToken = random.nextLong();
            byte[] token = new byte[PING_BYTES];
            Endian.putLongBe(token, 0, pingToken);
            sink.send(DerpFrame.encode(DerpFrame.PING, token));
            pongDeadlineNanos = nowNanos + PONG_TIMEOUT_NANOS;
        }
    }

    public long nextDeadlineNanos() {
        return switch (phase) {
            case FAILED -> Deadline.NONE;
            case AWAIT_SERVER_KEY, AWAIT_SERVER_INFO -> phaseDeadlineNanos;
            case UP -> Math.min(lastFrameNanos + PING_AFTER_NANOS, pongDeadlineNanos);
        };
    }

    public void onTimer(long nowNanos) {
        switch (phase) {
            case FAILED -> {}
            case AWAIT_SERVER_KEY, AWAIT_SERVER_INFO -> {
                if (nowNanos >= phaseDeadlineNanos) {
                    fail("the relay did not finish its hello in time");
                }
            }
            case UP -> {
                if (nowNanos >= pongDeadlineNanos || nowNanos >= lastFrameNanos + READ_TIMEOUT_NANOS) {
                    fail("the relay stopped answering");
                } else if (nowNanos >= lastFrameNanos + PING_AFTER_NANOS) {
                    probe(nowNanos);
                }
            }
        }
    }

    private void onFrame(byte type, byte[] b, int offset, int length) {
        if (phase == Phase.FAILED) {
            return;
        }
        if (type != DerpFrame.RECV_PACKET) {
            flush();
        }
        switch (type) {
            case DerpFrame.RECV_PACKET -> onPacket(b, offset, length);
            case DerpFrame.SERVER_KEY -> onServerKey(b, offset, length);
            case DerpFrame.SERVER_INFO -> onServerInfo(b, offset, length);
            case DerpFrame.KEEP_ALIVE -> {}
            case DerpFrame.PING -> onPing(b, offset, length);
            case DerpFrame.PONG -> onPong(b, offset, length);
            case DerpFrame.PEER_GONE -> onPeerGone(b, offset, length);
            case DerpFrame.HEALTH ->
                sink.health(new String(b, offset, Math.min(length, MAX_HEALTH_BYTES), StandardCharsets.UTF_8));
            case DerpFrame.RESTARTING -> onRestarting(b, offset, length);
            default -> drop(DropReason.UNKNOWN_TYPE);
        }
    }

    private void onServerKey(byte[] b, int offset, int length) {
        if (phase != Phase.AWAIT_SERVER_KEY) {
            return;
        }
        int needed = DerpFrame.MAGIC.length + DerpFrame.KEY_BYTES;
        if (length < needed || !DerpFrame.startsWithMagic(b, offset)) {
            fail("what answered is not a relay");
            return;
        }
        box = self.box(DerpFrame.key(b, offset + DerpFrame.MAGIC.length));
        if (box == null) {
            fail("the relay's key is not usable");
            return;
        }
        sink.send(DerpFrame.encode(
                DerpFrame.CLIENT_INFO, self.publicKey().toBytes(), box.seal(CLIENT_INFO_JSON, random)));
        phase = Phase.AWAIT_SERVER_INFO;
        if (preferred) {
            sendPreferred();
        }
    }

    private void onServerInfo(byte[] b, int offset, int length) {
        if (phase != Phase.AWAIT_SERVER_INFO || box == null) {
            return;
        }
        if (box.open(Arrays.copyOfRange(b, offset, offset + length)) == null) {
            fail("the relay could not prove its key");
            return;
        }
        phase = Phase.UP;
        sink.ready();
    }

    private void onPacket(byte[] b, int offset, int length) {
        int packet = length - DerpFrame.KEY_BYTES;
        if (packet < 0) {
            drop(DropReason.TOO_SHORT);
        } else if (packet > DerpFrame.MAX_PACKET_BYTES) {
            drop(DropReason.PACKET_TOO_LARGE);
        } else {
            if (!sameSource(b, offset) || !batch.fits(packet)) {
                flush();
                System.arraycopy(b, offset, batchSource, 0, DerpFrame.KEY_BYTES);
            }
            batch.add(b, offset + DerpFrame.KEY_BYTES, packet);
        }
    }

    private boolean sameSource(byte[] b, int offset) {
        return Arrays.equals(b, offset, offset + DerpFrame.KEY_BYTES, batchSource, 0, DerpFrame.KEY_BYTES);
    }

    private void flush() {
        if (batch.isEmpty()) {
            return;
        }
        long arrivalNanos = batch.arrivalNanos();
        NodePublic source = lastSource;
        if (source == null || !Arrays.equals(source.toBytes(), batchSource)) {
            source = new NodePublic(batchSource);
            lastSource = source;
        }
        sink.received(source, batch);
        batch.clear();
        batch.setArrivalNanos(arrivalNanos);
    }

    private void onPing(byte[] b, int offset, int length) {
        if (length < PING_BYTES) {
            drop(DropReason.TOO_SHORT);
        } else {
            sink.send(DerpFrame.encode(DerpFrame.PONG, Arrays.copyOfRange(b, offset, offset + PING_BYTES)));
        }
    }

    private void onPong(byte[] b, int offset, int length) {
        if (length < PING_BYTES) {
            drop(DropReason.TOO_SHORT);
        } else if (Endian.longBe(b, offset) == pingToken) {
            pongDeadlineNanos = Deadline.NONE;
        }
    }

    private void onPeerGone(byte[] b, int offset, int length) {
        if (length < DerpFrame.KEY_BYTES) {
            drop(DropReason.TOO_SHORT);
        } else {
            sink.peerGone(DerpFrame.key(b, offset));
        }
    }

    private void onRestarting(byte[] b, int offset, int length) {
        if (length < 8) {
            drop(DropReason.TOO_SHORT);
        } else {
            sink.restarting(
                    Integer.toUnsignedLong(Endian.intBe(b, offset)),
                    Integer.toUnsignedLong(Endian.intBe(b, offset + 4)));
        }
    }

    private void sendPreferred() {
        sink.send(DerpFrame.encode(DerpFrame.NOTE_PREFERRED, new byte[] {(byte) (preferred ? 1 : 0)}));
    }

    private void drop(DropReason reason) {
        dropped[reason.ordinal()]++;
    }

    private void fail(String reason) {
        phase = Phase.FAILED;
        batch.clear();
        sink.failed(reason);
    }
}
