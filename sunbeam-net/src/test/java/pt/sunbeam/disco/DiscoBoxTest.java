package pt.sunbeam.disco;

import static org.assertj.core.api.Assertions.assertThat;
import static pt.sunbeam.disco.DiscoVectors.A;
import static pt.sunbeam.disco.DiscoVectors.B;
import static pt.sunbeam.disco.DiscoVectors.hex;

import java.util.Arrays;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import pt.sunbeam.disco.DiscoMessage.Ignored;
import pt.sunbeam.disco.DiscoMessage.Ping;
import pt.sunbeam.disco.DiscoMessage.Pong;
import pt.sunbeam.disco.OpenedPacket.Authentic;
import pt.sunbeam.disco.OpenedPacket.Reason;
import pt.sunbeam.disco.OpenedPacket.Refused;
import pt.sunbeam.ip.IpAddress;
import pt.sunbeam.ip.IpEndpoint;
import pt.sunbeam.keys.DiscoPublic;

/** Packets made with libsodium are opened and made again byte for byte; damaged and foreign ones are refused. */
class DiscoBoxTest {
    private static final Ping PING = new Ping(DiscoVectors.TX_ID, DiscoVectors.NODE, 0);
    private static final Pong PONG = new Pong(DiscoVectors.TX_ID, new IpEndpoint(IpAddress.v4(0x02030405), 1234));

    private final DiscoBox a = new DiscoBox(A, new SplittableRandom(1));
    private final DiscoBox b = new DiscoBox(B, new SplittableRandom(2));

    private static OpenedPacket open(DiscoBox box, byte[] packet) {
        return box.open(packet, 0, packet.length, key -> true);
    }

    @Test
    void foreignPacketsOpen() {
        assertThat(open(b, DiscoVectors.PING)).isEqualTo(new Authentic(A.publicKey(), PING));
        assertThat(open(a, DiscoVectors.PONG)).isEqualTo(new Authentic(B.publicKey(), PONG));
    }

    @Test
    void ourPacketsAreThoseBytes() {
        DiscoBox fromA = new DiscoBox(A, new FixedBytes(hex(DiscoVectors.NONCE_OF_PING)));
        DiscoBox fromB = new DiscoBox(B, new FixedBytes(hex(DiscoVectors.NONCE_OF_PONG)));
        assertThat(fromA.seal(B.publicKey(), PING)).isEqualTo(DiscoVectors.PING).hasSize(124);
        assertThat(fromB.seal(A.publicKey(), PONG)).isEqualTo(DiscoVectors.PONG).hasSize(110);
    }

    @Test
    void eachPacketHasANonceOfItsOwn() {
        assertThat(a.seal(B.publicKey(), PING)).isNotEqualTo(a.seal(B.publicKey(), PING));
    }

    @Test
    void aPacketWithinOtherBytesOpens() {
        byte[] around = new byte[DiscoVectors.PING.length + 20];
        Arrays.fill(around, (byte) 0x55);
        System.arraycopy(DiscoVectors.PING, 0, around, 9, DiscoVectors.PING.length);
        assertThat(b.open(around, 9, DiscoVectors.PING.length, key -> true))
                .isEqualTo(new Authentic(A.publicKey(), PING));
    }

    @Test
    void aPacketWithAnyByteChangedIsRefused() {
        for (int i = 0; i < DiscoVectors.PING.length; i++) {
            byte[] damaged = DiscoVectors.PING.clone();
            damaged[i] ^= 1;
            assertThat(open(b, damaged)).as("byte %d", i).isInstanceOf(Refused.class);
        }
    }

    @Test
    void aPacketCutAnywhereIsRefused() {
        for (int length = 0; length < DiscoVectors.PING.length; length++) {
            Reason reason = length < 62 ? Reason.NOT_DISCO : length < 78 ? Reason.TOO_SHORT : Reason.NOT_AUTHENTIC;
            assertThat(b.open(DiscoVectors.PING, 0, length, key -> true)).isEqualTo(new Refused(reason));
        }
    }

    @Test
    void aPacketForAnotherKeyIsRefused() {
        assertThat(open(a, DiscoVectors.PING)).isEqualTo(new Refused(Reason.NOT_AUTHENTIC));
    }

    @Test
    void aPacketThatIsTooLongIsRefused() {
        byte[] packet = Arrays.copyOf(DiscoVectors.PING, DiscoBox.MAX_PACKET_BYTES + 1);
        assertThat(open(b, packet)).isEqualTo(new Refused(Reason.TOO_LONG));
        assertThat(b.open(packet, 0, DiscoBox.MAX_PACKET_BYTES, key -> true))
                .isEqualTo(new Refused(Reason.NOT_AUTHENTIC));
    }

    @Test
    void aStrangersPacketCostsNoKey() {
        OpenedPacket opened = b.open(DiscoVectors.PING, 0, DiscoVectors.PING.length, key -> key.equals(B.publicKey()));
        assertThat(opened).isEqualTo(new Refused(Reason.UNKNOWN_SENDER));
        assertThat(b.keptKeys()).isZero();
    }

    @Test
    void aKeyWithWhichAnybodyCouldSealIsRefused() {
        byte[] packet = DiscoVectors.PING.clone();
        Arrays.fill(packet, 6, 38, (byte) 0);
        assertThat(open(b, packet)).isEqualTo(new Refused(Reason.WEAK_KEY));
        assertThat(b.seal(DiscoPublic.ZERO, PING)).isNull();
    }

    @Test
    void anAuthenticBoxWithNothingInItIsIgnored() {
        byte[] sealed = Objects.requireNonNull(A.box(B.publicKey())).seal(new byte[0], new SplittableRandom(3));
        assertThat(open(b, DiscoPacket.of(A.publicKey(), sealed)))
                .isEqualTo(new Authentic(A.publicKey(), new Ignored(0, Ignored.Reason.TOO_SHORT)));
    }

    @Test
    void oneKeyIsKeptForBothDirectionsUntilItIsForgotten() {
        open(b, DiscoVectors.PING);
        b.seal(A.publicKey(), PONG);
        assertThat(b.keptKeys()).isEqualTo(1);
        b.forget(A.publicKey());
        assertThat(b.keptKeys()).isZero();
        assertThat(open(b, DiscoVectors.PING)).isEqualTo(new Authentic(A.publicKey(), PING));
    }

    @Test
    void theNumberOfKeptKeysIsBounded() {
        SplittableRandom random = new SplittableRandom(4);
        byte[] key = new byte[32];
        for (int i = 0; i < DiscoBox.MAX_KEPT_KEYS + 2; i++) {
            random.nextBytes(key);
            b.seal(new DiscoPublic(key), PONG);
        }
        assertThat(b.keptKeys()).isEqualTo(DiscoBox.MAX_KEPT_KEYS);
        assertThat(open(b, DiscoVectors.PING)).isEqualTo(new Authentic(A.publicKey(), PING));
        assertThat(b.keptKeys()).isEqualTo(DiscoBox.MAX_KEPT_KEYS);
    }

    /** Gives the same bytes again and again. */
    private record FixedBytes(byte[] bytes) implements RandomGenerator {
        @Override
        public long nextLong() {
            throw new AssertionError("only bytes are asked for");
        }

        @Override
        public void nextBytes(byte[] out) {
            System.arraycopy(bytes, 0, out, 0, out.length);
        }
    }
}
