package pt.sunbeam.derp;

import static org.assertj.core.api.Assertions.assertThat;
import static pt.sunbeam.derp.DerpBytes.hex;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import pt.sunbeam.bytes.Hex;
import pt.sunbeam.bytes.PacketBatch;
import pt.sunbeam.keys.NodePrivate;
import pt.sunbeam.keys.NodePublic;
import pt.sunbeam.time.Deadline;

/** The hello's bytes were made with libsodium's crypto_box; the layouts were read in Tailscale's derp/derp_client.go. */
class DerpClientTest {
    private static final NodePrivate SELF =
            new NodePrivate(hex("808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e5f"));
    private static final byte[] SERVER_KEY_FRAME =
            hex("010000002844455250f09f9491605a725d2a4adfeeb1a29e17edd621c1b7593ee8cdbc44ac6c4ab6e2f805d23c");
    private static final byte[] CLIENT_INFO_FRAME = hex(
            "0200000068493e82fc74464a59268817623d2053c5eb8e2cc4a988b4fee179ec6b010d531d000102030405060708090a0b0c0d"
                    + "0e0f10111213141516175"
                    + "8c59e4f7a2055f2385511827293872cdef4aebd9df95faaa8cb04073d2e5f792d1b40edc5a6579be735c08720a7c469");
    private static final byte[] SERVER_INFO_FRAME =
            hex("030000003518191a1b1c1d1e1f202122232425262728292a2b2c2d2e2f78e0eb085dcf90eec155ffcbf2adc91a11fbb1a4879b"
                    + "406cc996daf59e");
    private static final byte[] PEER = hex("5f09b7f97a40b50220697064b43b27411b07a4aa1fe05370b27519826983d30d");

    private final Recorder out = new Recorder();
    private final DerpClient client = new DerpClient(SELF, true, countingRandom(), out, 0);

    @Test
    void theHelloIsByteExactAndThePreferenceFollowsIt() {
        feed(SERVER_KEY_FRAME, 0);

        assertThat(out.sent).hasSize(2);
        assertThat(Hex.encode(out.sent.get(0))).isEqualTo(Hex.encode(CLIENT_INFO_FRAME));
        assertThat(Hex.encode(out.sent.get(1))).isEqualTo("070000000101");
        assertThat(client.isUp()).isFalse();
        feed(SERVER_INFO_FRAME, 0);
        assertThat(client.isUp()).isTrue();
        assertThat(out.log).containsExactly("ready");
    }

    @Test
    void theHelloSurvivesAnySplitOfItsBytes() {
        byte[] both = concat(SERVER_KEY_FRAME, SERVER_INFO_FRAME);
        for (int cut = 1; cut < both.length; cut++) {
            Recorder sink = new Recorder();
            DerpClient fresh = new DerpClient(SELF, true, countingRandom(), sink, 0);
            fresh.onBytes(both, 0, cut, 0);
            fresh.onBytes(both, cut, both.length - cut, 0);
            assertThat(sink.log).as("cut at %d", cut).containsExactly("ready");
        }
    }

    @Test
    void aServerThatCannotOpenOurBoxIsRefused() {
        feed(SERVER_KEY_FRAME, 0);
        byte[] forged = SERVER_INFO_FRAME.clone();
        forged[40] ^= 1;
        feed(forged, 0);
        assertThat(out.log).containsExactly("failed: the relay could not prove its key");
    }

    @Test
    void somethingThatIsNotARelayIsRefused() {
        byte[] wrong = SERVER_KEY_FRAME.clone();
        wrong[5] = 'X';
        feed(wrong, 0);
        assertThat(out.log).containsExactly("failed: what answered is not a relay");
    }

    @Test
    void aPingIsAnsweredWithItsOwnBytes() {
        up();
        feed(hex("12000000080102030405060708"), 0);
        assertThat(Hex.encode(out.sent.getLast())).isEqualTo("13000000080102030405060708");
    }

    @Test
    void packetsOfOneReadAndOneSourceArriveAsOneBatch() {
        up();
        byte[] other = PEER.clone();
        other[0] ^= 1;
        feed(concat(packet(PEER, 1, 2), packet(PEER, 3), packet(other, 4)), 7);
        assertThat(out.log)
                .containsExactly(
                        "ready",
                        "received from " + new NodePublic(PEER) + " at 7: [0102, 03]",
                        "received from " + new NodePublic(other) + " at 7: [04]");
    }

    @Test
    void unknownAndShortFramesAreCountedAndPassedOver() {
        up();
        feed(concat(hex("7f00000003aabbcc"), hex("0500000002aabb"), hex("080000000101"), packet(PEER, 9)), 0);
        assertThat(out.log).hasSize(2).last().asString().endsWith("[09]");
        assertThat(client.dropped(DerpClient.DropReason.UNKNOWN_TYPE)).isEqualTo(1);
        assertThat(client.dropped(DerpClient.DropReason.TOO_SHORT)).isEqualTo(2);
    }

    @Test
    void packetsOfManyTlsRecordsInOneReadComeOutAsOneBatch() {
        up();
        for (int i = 0; i < 5; i++) {
            byte[] frame = packet(PEER, i);
            client.onBytes(frame, 0, frame.length, 0);
        }
        assertThat(out.log).containsExactly("ready");
        client.readComplete();
        assertThat(out.log).hasSize(2);
    }

    @Test
    void anOversizeFrameEndsTheConnectionBeforeItIsStored() {
        up();
        feed(hex("0500100001"), 0);
        assertThat(out.log).last().asString().startsWith("failed: a frame was larger");
        feed(packet(PEER, 1), 0);
        assertThat(out.log).hasSize(2);
    }

    @Test
    void peerGoneHealthAndRestartingAreReported() {
        up();
        feed(concat(DerpFrame.encode(DerpFrame.PEER_GONE, PEER, new byte[] {1}), hex("1400000002" + "6869")), 0);
        feed(hex("1500000008000003e800007530"), 0);
        assertThat(out.log).containsExactly("ready", "gone " + new NodePublic(PEER), "health hi", "restart 1000 30000");
    }

    @Test
    void aSilentRelayIsAskedAndThenGivenUp() {
        up();
        long asked = DerpClient.PING_AFTER_NANOS;
        assertThat(client.nextDeadlineNanos()).isEqualTo(asked);
        client.onTimer(asked);
        assertThat(out.sent.getLast()[0]).isEqualTo(DerpFrame.PING);
        client.onTimer(asked + DerpClient.PONG_TIMEOUT_NANOS);
        assertThat(out.log).last().isEqualTo("failed: the relay stopped answering");
        assertThat(client.nextDeadlineNanos()).isEqualTo(Deadline.NONE);
    }

    @Test
    void aPongKeepsTheConnection() {
        up();
        client.onTimer(DerpClient.PING_AFTER_NANOS);
        byte[] pong = out.sent.getLast().clone();
        pong[0] = DerpFrame.PONG;
        feed(pong, DerpClient.PING_AFTER_NANOS + 1);
        client.onTimer(DerpClient.PING_AFTER_NANOS + DerpClient.PONG_TIMEOUT_NANOS + 1);
        assertThat(out.log).containsExactly("ready");
    }

    @Test
    void aHelloThatNeverComesTimesOut() {
        client.onTimer(DerpClient.HELLO_TIMEOUT_NANOS);
        assertThat(out.log).containsExactly("failed: the relay did not finish its hello in time");
    }

    @Test
    void aSendPacketFrameIsLaidInFrontOfThePacket() {
        PacketBatch batch = PacketBatch.ofPackets(1, 16);
        batch.add(new byte[] {(byte) 0xaa, (byte) 0xbb, (byte) 0xcc}, 0, 3);
        int at = DerpFrame.prefixSendPacket(batch.array(), batch.offset(0), 3, PEER);
        byte[] frame = Arrays.copyOfRange(batch.array(), at, at + DerpFrame.SEND_PREFIX_BYTES + 3);
        assertThat(Hex.encode(frame)).isEqualTo("0400000023" + Hex.encode(PEER) + "aabbcc");
    }

    private void up() {
        feed(SERVER_KEY_FRAME, 0);
        feed(SERVER_INFO_FRAME, 0);
    }

    private void feed(byte[] bytes, long nowNanos) {
        client.onBytes(bytes, 0, bytes.length, nowNanos);
        client.readComplete();
    }

    private static byte[] packet(byte[] source, int... bytes) {
        byte[] data = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            data[i] = (byte) bytes[i];
        }
        return DerpFrame.encode(DerpFrame.RECV_PACKET, source, data);
    }

    private static byte[] concat(byte[]... parts) {
        return hex(String.join("", Arrays.stream(parts).map(Hex::encode).toList()));
    }

    /** The nonce of the recorded hello: 00 01 02 … */
    private static RandomGenerator countingRandom() {
        return new RandomGenerator() {
            private int next;

            @Override
            public long nextLong() {
                return 0x0102030405060708L;
            }

            @Override
            public void nextBytes(byte[] bytes) {
                for (int i = 0; i < bytes.length; i++) {
                    bytes[i] = (byte) next++;
                }
            }
        };
    }

    private static final class Recorder implements DerpSink {
        final List<byte[]> sent = new ArrayList<>();
        final List<String> log = new ArrayList<>();

        @Override
        public void send(byte[] frame) {
            sent.add(frame);
        }

        @Override
        public void ready() {
            log.add("ready");
        }

        @Override
        public void received(NodePublic source, PacketBatch packets) {
            List<String> texts = new ArrayList<>();
            for (int i = 0; i < packets.count(); i++) {
                texts.add(Hex.encode(packets.copy(i)));
            }
            log.add("received from " + source + " at " + packets.arrivalNanos() + ": " + texts);
        }

        @Override
        public void peerGone(NodePublic peer) {
            log.add("gone " + peer);
        }

        @Override
        public void health(String text) {
            log.add("health " + text);
        }

        @Override
        public void restarting(long reconnectInMillis, long tryForMillis) {
            log.add("restart " + reconnectInMillis + " " + tryForMillis);
        }

        @Override
        public void failed(String reason) {
            log.add("failed: " + reason);
        }
    }
}
