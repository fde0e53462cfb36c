package pt.sunbeam.tsmp;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;

/** Any bytes as a message of TSMP: never an exception, and nothing read beyond their end. */
class TsmpFuzzTest {
    private static final int MARGIN = 7;

    @FuzzTest
    void anyBytesAsAMessage(byte[] input) {
        byte[] around = new byte[input.length + 2 * MARGIN];
        System.arraycopy(input, 0, around, MARGIN, input.length);
        TsmpMessage message = TsmpCodec.decode(around, MARGIN, input.length);
        assertThat(message).isEqualTo(TsmpCodec.decode(input, 0, input.length));
        if (message instanceof TsmpMessage.Sendable sendable) {
            byte[] again = TsmpCodec.encode(sendable);
            assertThat(TsmpCodec.decode(again, 0, again.length)).isEqualTo(message);
        }
    }
}
