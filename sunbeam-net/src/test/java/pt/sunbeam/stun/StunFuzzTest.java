package pt.sunbeam.stun;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;

/** Any bytes as the answer of a STUN server: never an exception, and nothing read beyond their end. */
class StunFuzzTest {
    private static final int MARGIN = 7;

    @FuzzTest
    void anyBytesAsAResponse(byte[] input) {
        byte[] around = new byte[input.length + 2 * MARGIN];
        System.arraycopy(input, 0, around, MARGIN, input.length);
        StunResponse response = StunResponse.decode(around, MARGIN, input.length);
        assertThat(response).isEqualTo(StunResponse.decode(input, 0, input.length));
        if (response instanceof StunResponse.Mapped mapped) {
            assertThat(StunMessage.matchesBinding(input, 0, input.length)).isTrue();
            assertThat(mapped.endpoint().address().unmapped())
                    .isEqualTo(mapped.endpoint().address());
        }
    }
}
