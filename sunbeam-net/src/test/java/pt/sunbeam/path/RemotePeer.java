package pt.sunbeam.path;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import pt.sunbeam.disco.DiscoBox;
import pt.sunbeam.disco.DiscoMessage;
import pt.sunbeam.disco.DiscoMessage.CallMeMaybe;
import pt.sunbeam.disco.DiscoMessage.Ping;
import pt.sunbeam.disco.DiscoMessage.Pong;
import pt.sunbeam.disco.OpenedPacket;
import pt.sunbeam.disco.TxId;
import pt.sunbeam.ip.IpEndpoint;
import pt.sunbeam.keys.DiscoPrivate;
import pt.sunbeam.keys.DiscoPublic;
import pt.sunbeam.keys.NodePrivate;
import pt.sunbeam.keys.NodePublic;

/** A peer that says what a test wants, to the node with {@code other}'s disco key. */
final class RemotePeer {
    /** Magic and key. */
    private static final int HEADER_BYTES = 38;

    final DiscoPublic disco;
    final NodePublic node;
    private final DiscoPrivate secret;
    private final SplittableRandom random;
    private final DiscoBox box;
    private final DiscoPublic other;

    RemotePeer(int seed, DiscoPublic other) {
        random = new SplittableRandom(seed);
        secret = DiscoPrivate.generate(random);
        this.disco = secret.publicKey();
        this.node = NodePrivate.generate(random).publicKey();
        this.box = new DiscoBox(secret, random);
        this.other = other;
    }

    DiscoMessage read(byte[] packet) {
        OpenedPacket opened = box.open(packet, 0, packet.length, _ -> true);
        return opened instanceof OpenedPacket.Authentic(var _, DiscoMessage message)
                ? message
                : new DiscoMessage.Ignored(0, DiscoMessage.Ignored.Reason.UNKNOWN_TYPE);
    }

    byte[] seal(DiscoMessage.Sendable message) {
        return Objects.requireNonNull(box.seal(other, message));
    }

    byte[] ping(long id) {
        return seal(new Ping(new TxId(id, 0), node, 0));
    }

    byte[] pong(TxId txId) {
        return seal(new Pong(txId, PathHarness.endpoint("198.51.100.1:41641")));
    }

    byte[] call(String... endpoints) {
        return call(List.of(endpoints).stream().map(PathHarness::endpoint).toList());
    }

    byte[] call(List<IpEndpoint> endpoints) {
        return seal(CallMeMaybe.of(endpoints));
    }

    /** A CallMeMaybe with {@code count} endpoints, however many that is. */
    byte[] rawCall(int count) {
        ByteBuffer plaintext = ByteBuffer.allocate(2 + 18 * count);
        plaintext.put((byte) 3).put((byte) 0);
        for (int i = 0; i < count; i++) {
            plaintext.put(
                    PathHarness.endpoint("203.0.113.1:1").address().mapped().toBytes());
            plaintext.putShort((short) (i + 1));
        }
        return rawMessage(plaintext.array());
    }

    /** A packet around any plaintext. */
    byte[] rawMessage(byte[] plaintext) {
        byte[] sealed = Objects.requireNonNull(secret.box(other)).seal(plaintext, random);
        byte[] packet = Arrays.copyOf(ping(0), HEADER_BYTES + sealed.length);
        System.arraycopy(sealed, 0, packet, HEADER_BYTES, sealed.length);
        return packet;
    }
}
