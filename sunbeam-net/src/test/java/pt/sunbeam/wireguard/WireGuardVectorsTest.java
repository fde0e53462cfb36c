package pt.sunbeam.wireguard;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import pt.sunbeam.ip.IpAddress;
import pt.sunbeam.ip.IpEndpoint;
import pt.sunbeam.ip.IpPrefix;
import pt.sunbeam.keys.NodePrivate;

/**
 * Bytes: a separate implementation, checked against cacophony's IKpsk2 vectors and run live against wireguard-go 0.0.20220316;
 * the cookie values come from libsodium's XChaCha20-Poly1305.
 */
class WireGuardVectorsTest {
    private static final byte[] INITIATOR_KEY = hex("1012131415161718191a1b1c1d1e1f202122232425262728292a2b2c2d2e2f70");
    private static final byte[] RESPONDER_KEY = hex("3032333435363738393a3b3c3d3e3f404142434445464748494a4b4c4d4e4f50");
    private static final byte[] INITIATOR_EPHEMERAL =
            hex("5052535455565758595a5b5c5d5e5f606162636465666768696a6b6c6d6e6f70");
    private static final byte[] RESPONDER_EPHEMERAL =
            hex("7072737475767778797a7b7c7d7e7f808182838485868788898a8b8c8d8e8f50");
    private static final byte[] INITIATION = hex("01000000443322110233f006ef4bed144ea0a5bb46c7067c7c2acec5f8cc811f3df5"
            + "9fdcd5ac761496be8960a15e918743a50efb9762d4173da296a1b6660ec0641eaed768cc4fcd6b9d974c3f5fefda76cca0dab6"
            + "00132cbaa39deab789a3b057fe79b647c25ca8bee5d81d680cb501acf089189af8d6521832ffd7ac223ea7c9ad533e00000000"
            + "000000000000000000000000");
    private static final byte[] RESPONSE = hex("020000008877665544332211d214723afdfe2cddbdc929b18a5e43017e44445fc5d6"
            + "c8fcf88b1868c53f395c2b8a15748de962890a93e2e8e08fb661269f79f8339de0e08b75111491bd096c000000000000000000"
            + "00000000000000");
    private static final byte[] KEEPALIVE = hex("04000000887766550000000000000000f9538e3b7e2af34590a40556facb8245");
    private static final byte[] PACKET = hex("4500001c000100004001b25d64400001644000020800f7ff00000000");
    private static final byte[] DATA_TO_RESPONDER =
            hex("04000000887766550100000000000000f6346ddecaeaa4f2d77205efd76f7014"
                    + "641829c4782ee2978bbafbb74dab1a2c9997fe5c30e4a5d858e48c8883412aa4");
    private static final byte[] DATA_TO_INITIATOR =
            hex("040000004433221100000000000000002cfcbfafbb2ff273cdaa53457108c94d"
                    + "a2c61d23d80f12a47a933624aa077071c90fa5f723437416f74dd514f18ef4d5");
    private static final byte[] COOKIE = hex("b0b1b2b3b4b5b6b7b8b9babbbcbdbebf");
    private static final byte[] COOKIE_REPLY =
            hex("0300000044332211606162636465666768696a6b6c6d6e6f7071727374757677d930"
                    + "53574533871ffab17ed1eb4e7f461caf169bf2b828b2121ac8836fa22385");
    private static final byte[] COOKIE_NONCE = hex("606162636465666768696a6b6c6d6e6f7071727374757677");
    private static final Origin ORIGIN = new Origin.Udp(new IpEndpoint(IpAddress.LOOPBACK_V4, 7));

    private final TestNode initiator = new TestNode(
            1,
            new NodePrivate(INITIATOR_KEY),
            new ScriptedRandom(1).bytes(INITIATOR_EPHEMERAL).index(0x11223344));
    private final TestNode responder = new TestNode(
            2,
            new NodePrivate(RESPONDER_KEY),
            new ScriptedRandom(2).bytes(RESPONDER_EPHEMERAL).index(0x55667788));

    @BeforeEach
    void introduce() {
        // The vectors' packet goes from .1 to .2 in both directions.
        initiator.wireGuard.putPeer(responder.publicKey(), List.of(IpPrefix.parse("100.64.0.0/24")));
        responder.wireGuard.putPeer(initiator.publicKey(), List.of(IpPrefix.parse("100.64.0.0/24")));
    }

    @Test
    void theStaticKeysAreTheVectors() {
        assertThat(initiator.publicKey().toBytes())
                .isEqualTo(hex("4d27bcee3135c4944b28d27dd809b07be10c35160d20131caa7e85575498d07c"));
        assertThat(MessageMacs.mac1Key(responder.publicKey().toBytes()))
                .isEqualTo(hex("69d4bb43484b7093027794b725c9e2d5c1bb65831e5e05d923031d02a98646fc"));
        assertThat(MessageMacs.cookieKey(responder.publicKey().toBytes()))
                .isEqualTo(hex("086df74df9720eda1d9188ed4d3e25be84fc3505db9ea9ba1954941d5a37cd29"));
    }

    @Test
    void everyMessageOfASessionIsByteExact() {
        initiate();
        assertThat(initiator.sink.takeTransmitted()).containsExactly(INITIATION);

        responder.receive(ORIGIN, INITIATION);
        assertThat(responder.sink.takeTransmitted()).containsExactly(RESPONSE);

        initiator.receive(ORIGIN, RESPONSE);
        assertThat(initiator.sink.takeTransmitted()).containsExactly(KEEPALIVE);
        initiator.wireGuard.send(initiator.peer(responder), TestNode.batch(PACKET), 0);
        assertThat(initiator.sink.takeTransmitted()).containsExactly(DATA_TO_RESPONDER);

        responder.receive(ORIGIN, KEEPALIVE, DATA_TO_RESPONDER);
        assertThat(responder.sink.takeDelivered()).containsExactly(PACKET);
        responder.wireGuard.send(responder.peer(initiator), TestNode.batch(PACKET), 0);
        assertThat(responder.sink.takeTransmitted()).containsExactly(DATA_TO_INITIATOR);

        initiator.receive(ORIGIN, DATA_TO_INITIATOR);
        assertThat(initiator.sink.takeDelivered()).containsExactly(PACKET);
    }

    @Test
    void aCookieReplyIsByteExact() {
        var cookies = new CookieSource(responder.publicKey().toBytes(), new ScriptedRandom(3).bytes(COOKIE_NONCE));
        assertThat(cookies.reply(INITIATION, COOKIE)).isEqualTo(COOKIE_REPLY);
    }

    @Test
    void mac2IsByteExact() {
        byte[] message = INITIATION.clone();
        MessageMacs.stamp(message, MessageMacs.mac1Key(responder.publicKey().toBytes()), COOKIE);
        assertThat(Arrays.copyOf(message, 132)).isEqualTo(Arrays.copyOf(INITIATION, 132));
        assertThat(Arrays.copyOfRange(message, 132, 148)).isEqualTo(hex("da209eda17ec37161d1309669b6ec3b8"));
        assertThat(MessageMacs.mac2Matches(message, COOKIE)).isTrue();
        assertThat(MessageMacs.mac2Matches(INITIATION, COOKIE)).isFalse();
    }

    @Test
    void aCookieIsKeptForTheOrdinaryRetry() {
        initiate();
        initiator.sink.takeTransmitted();
        initiator.receive(ORIGIN, COOKIE_REPLY);
        assertThat(initiator.sink.takeTransmitted()).as("no answer at once").isEmpty();
        initiator.at(5 * TestNode.SECOND);
        byte[] retry = initiator.sink.takeTransmitted().getFirst();
        assertThat(retry).hasSize(148);
        assertThat(MessageMacs.mac2Matches(retry, COOKIE)).isTrue();
    }

    private void initiate() {
        initiator.wireGuard.persistentKeepalive(initiator.peer(responder), 1000 * TestNode.SECOND, 0);
        initiator.at(0);
    }

    private static byte[] hex(String text) {
        return HexFormat.of().parseHex(text);
    }
}
