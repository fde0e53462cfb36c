package pt.sunbeam.network;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Any bytes as a datagram of the kernel: never an exception, nothing read beyond their end, and no more messages than fit. */
class NetlinkMessagesFuzzTest {
    private static final int SMALLEST_MESSAGE_BYTES = 16;

    @FuzzTest
    void anyBytesAsADatagram(byte[] input) {
        List<NetlinkMessage> messages = NetlinkMessagesTest.decode(input);
        assertThat(messages).hasSizeLessThanOrEqualTo(input.length / SMALLEST_MESSAGE_BYTES + 1);
        byte[] longer = Arrays.copyOf(input, input.length + 64);
        Arrays.fill(longer, input.length, longer.length, (byte) 0x5a);
        List<NetlinkMessage> again = new ArrayList<>();
        NetlinkMessages.decode(longer, input.length, again::add);
        assertThat(again).isEqualTo(messages);
        NetlinkTables tables = new NetlinkTables();
        ChangeFilter filter = new ChangeFilter();
        messages.forEach(tables::add);
        messages.forEach(filter::isSign);
        filter.ignore(tables.ignored());
        assertThat(NetworkChange.between(tables.state(), tables.state()).isNone())
                .isTrue();
    }
}
