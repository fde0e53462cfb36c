package pt.sunbeam.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static pt.sunbeam.noise.ControlVectors.CLIENT_TO_SERVER;
import static pt.sunbeam.noise.ControlVectors.SERVER_TO_CLIENT;
import static pt.sunbeam.noise.ControlVectors.hex;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import pt.sunbeam.bytes.Hex;
import pt.sunbeam.keys.MachinePrivate;
import pt.sunbeam.keys.MachinePublic;
import pt.sunbeam.noise.ControlVectors;

/** Records made by the Go package control/controlbase of tailscale/tailscale (1.99) with the keys of ControlVectors. */
class NoiseRecordCodecTest {
    private static final String PREFACE_RECORD =
            "040028e42e01d8573d1173d84370e6f20edf94d699eeecda7e16e9df232e7952f0f78675a9b5941bce62c2";
    private static final String EARLY_RECORD =
            "040078970a14771ed6b75bbb3d2fac0e7cc8d329a68c95b5122cee65e7871a1726cd7d8fdf8f85a6809ee4e745b5f52855d0a953cff1867a"
                    + "3fba970eae85594fa500d3a83bfcb18028cc6ecfb059c77df630eb98df9116759defdc7cd0e58ea994caa1610d29376624f94b3be81b5327"
                    + "d3b81e7c5e7689bb0c2c6f";
    private static final String EMPTY_RECORD = "04001076840ad50f23f23685ed85af609b37ad";
    private static final String EARLY_PLAINTEXT =
            "ffffff54530000005f7b226e6f64654b65794368616c6c656e6765223a226368616c7075623a383038313832383338343835383638373838"
                    + "38393861386238633864386538663930393139323933393439353936393739383939396139623963396439653966227d";

    private static EmbeddedChannel client() {
        return new EmbeddedChannel(new NoiseRecordCodec(CLIENT_TO_SERVER, SERVER_TO_CLIENT));
    }

    private static EmbeddedChannel clientAfter(long sent) {
        return new EmbeddedChannel(new NoiseRecordCodec(CLIENT_TO_SERVER, SERVER_TO_CLIENT, sent));
    }

    private static String sealed(EmbeddedChannel channel, byte[] plain) {
        channel.writeOutbound(Unpooled.wrappedBuffer(plain));
        ByteBuf out = channel.readOutbound();
        String hex = ByteBufUtil.hexDump(out);
        out.release();
        return hex;
    }

    private static String received(EmbeddedChannel channel) {
        StringBuilder hex = new StringBuilder();
        for (ByteBuf in = channel.readInbound(); in != null; in = channel.readInbound()) {
            hex.append(ByteBufUtil.hexDump(in));
            in.release();
        }
        return hex.toString();
    }

    @Test
    void recordsZeroOneAndTwoHundredFiftySixAreTheVectors() {
        byte[] ping = "ping".getBytes(StandardCharsets.US_ASCII);
        assertThat(sealed(client(), hex("505249202a20485454502f322e300d0a0d0a534d0d0a0d0a")))
                .isEqualTo(PREFACE_RECORD);
        assertThat(sealed(clientAfter(1), ping)).isEqualTo("040014ca3808da37683c303984e4db68196c812bf30f0f");
        assertThat(sealed(clientAfter(256), ping)).isEqualTo("04001436c4d6710e42d16b20d198deddfcb72f148a536e");
    }

    @Test
    void aLongWriteIsCutAtTheRecordsLimit() {
        String hex = sealed(client(), new byte[5000]);
        assertThat(hex).startsWith("040ffd");
        assertThat(hex.substring(2 * 4096)).startsWith("0403ab").hasSize(2 * (3 + 939));
    }

    @Test
    void aByteAReadIsEnoughAndEmptyRecordsAreSkipped() {
        EmbeddedChannel channel = client();
        for (byte b : hex(EARLY_RECORD + EMPTY_RECORD)) {
            channel.writeInbound(Unpooled.wrappedBuffer(new byte[] {b}));
        }
        assertThat(received(channel)).isEqualTo(EARLY_PLAINTEXT);
    }

    @Test
    void aForgedRecordOrAnotherTypeOrAnImpossibleLengthEndsTheConnection() {
        for (String bad : new String[] {
            EARLY_RECORD.replace("040078970a", "040078970b"), "05" + EARLY_RECORD.substring(2), "040ffe", "04000f"
        }) {
            EmbeddedChannel channel = client();
            assertThatThrownBy(() -> channel.writeInbound(Unpooled.wrappedBuffer(hex(bad))))
                    .isInstanceOf(NoiseFailure.class);
            assertThat(channel.isOpen()).isFalse();
        }
    }

    @Test
    void theEarlyPayloadIsTakenOffHoweverItIsCut() {
        byte[] bytes = hex(EARLY_PLAINTEXT + "0000120400000000");
        for (int cut = 1; cut < bytes.length; cut++) {
            EarlyPayloadReader reader = new EarlyPayloadReader();
            EmbeddedChannel channel = new EmbeddedChannel(reader);
            channel.writeInbound(Unpooled.copiedBuffer(bytes, 0, cut));
            channel.writeInbound(Unpooled.copiedBuffer(bytes, cut, bytes.length - cut));
            assertThat(received(channel)).isEqualTo("0000120400000000");
            assertThat(reader.nodeKeyChallenge()).startsWith("chalpub:8081");
        }
    }

    @Test
    void whatIsNoEarlyPayloadPassesWhole() {
        EmbeddedChannel channel = new EmbeddedChannel(new EarlyPayloadReader());
        channel.writeInbound(Unpooled.wrappedBuffer(hex("000012040000000000aabb")));
        assertThat(received(channel)).isEqualTo("000012040000000000aabb");
    }

    @Test
    void theInitiationAndItsHeaderAreTheVector() {
        ControlHandshake handshake = new ControlHandshake(
                new MachinePrivate(ControlVectors.CLIENT_MACHINE),
                new MachinePublic(ControlVectors.SERVER_PUBLIC),
                ControlVectors.giving(ControlVectors.CLIENT_EPHEMERAL),
                131);
        byte[] initiation = handshake.initiation();
        assertThat(Hex.encode(initiation)).isEqualTo(Hex.encode(ControlVectors.INITIATION));
        assertThat(ControlHandshake.header(initiation)).isEqualTo(ControlVectors.HEADER);
    }
}
