package pt.sunbeam.portmap;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import pt.sunbeam.ip.IpAddress;
import pt.sunbeam.ip.IpEndpoint;
import pt.sunbeam.ip.IpPrefix;
import pt.sunbeam.time.Deadline;

/** Any bytes as the answers of a router: never an exception, nothing read beyond their end, and no flood of questions. */
class PortMapFuzzTest {
    private static final int MARGIN = 7;
    private static final Gateway GATEWAY =
            new Gateway(IpAddress.parse("192.168.77.1"), IpPrefix.parse("192.168.77.2/24"));

    @FuzzTest
    void anyBytesAsAnAnswer(byte[] input) {
        byte[] around = new byte[input.length + 2 * MARGIN];
        System.arraycopy(input, 0, around, MARGIN, input.length);
        NatPmp.Response natPmp = NatPmp.decode(around, MARGIN, input.length);
        assertThat(natPmp).isEqualTo(NatPmp.decode(input, 0, input.length));
        Pcp.Response pcp = Pcp.decode(around, MARGIN, input.length);
        assertThat(pcp).isEqualTo(Pcp.decode(input, 0, input.length));
        if (pcp instanceof Pcp.Mapped mapped) {
            assertThat(mapped.external().address().unmapped())
                    .isEqualTo(mapped.external().address());
        }
    }

    /**
     * The input is answers, each behind two bytes: its length, and the time before it in seconds. A byte 0xee in the first
     * of a nonce's stands for the right nonce.
     */
    @FuzzTest
    void anyAnswersOfTheGateway(byte[] input) {
        List<byte[]> sent = new ArrayList<>();
        PortMapping mapping = new PortMapping(new Random(1), new PortMapping.Sink() {
            @Override
            public void sendToGateway(byte[] request) {
                sent.add(request);
            }

            @Override
            public void mappingChanged() {}
        });
        PcpNonce nonce = PcpNonce.random(new Random(1));
        long nowNanos = 0;
        mapping.start(GATEWAY, 41641, nowNanos);
        for (int at = 0; at + 2 <= input.length; ) {
            int length = Math.min(input[at] & 0xff, input.length - at - 2);
            nowNanos = advance(mapping, nowNanos, nowNanos + Deadline.seconds(input[at + 1] & 0xff));
            byte[] answer = java.util.Arrays.copyOfRange(input, at + 2, at + 2 + length);
            if (length >= 36 && answer[24] == (byte) 0xee) {
                nonce.write(answer, 24);
            }
            mapping.onResponse(answer, 0, length, GATEWAY.endpoint(), nowNanos);
            at += 2 + length;
            check(mapping);
        }
        long answers = input.length / 2;
        long bursts = nowNanos / PortMappingTiming.LEAST_RENEWAL_NANOS + 1;
        assertThat(sent.size()).isLessThan((int) (3 * (2 * PortMappingTiming.TRIES * bursts + 2 * answers + 2)));
    }

    private static long advance(PortMapping mapping, long fromNanos, long untilNanos) {
        long nowNanos = fromNanos;
        for (int turns = 0; mapping.nextDeadlineNanos() <= untilNanos; turns++) {
            assertThat(turns).isLessThan(10_000);
            nowNanos = Math.max(nowNanos, mapping.nextDeadlineNanos());
            mapping.onTimer(nowNanos);
        }
        return untilNanos;
    }

    private static void check(PortMapping mapping) {
        IpEndpoint external = mapping.external();
        if (external != null) {
            assertThat(external.port()).isNotZero();
            assertThat(GATEWAY.refusalOf(external.address())).isNull();
            assertThat(mapping.services()).isNotNull();
            assertThat(mapping.services().mapped()).isTrue();
        }
    }
}
