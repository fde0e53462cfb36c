package pt.sunbeam.netstack;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import pt.sunbeam.bytes.PacketBatch;
import pt.sunbeam.keys.DiscoPublic;
import pt.sunbeam.netstack.counters.DropCause;

/** Pings and disco keys of Tailscale peers; the bytes are written by hand from the layout in Tailscale's net/packet/tsmp.go. */
class TsmpPingTest extends HostTest {
    private static final int TSMP = 99;
    private static final byte[] PING = {'p', 1, 2, 3, 4, 5, 6, 7, 8};

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aPingIsAnsweredWithItsDataAndNoPeerApi(boolean v6) {
        inject(v6, TSMP, PING);
        host.pump();
        byte[] answer = sent.remove();
        assertThat(TestPacket.protocol(answer)).isEqualTo(TSMP);
        assertThat(TestPacket.payload(answer)).containsExactly('o', 1, 2, 3, 4, 5, 6, 7, 8, 0, 0);
        assertThat(sent).isEmpty();
    }

    @Test
    void aFloodOfPingsIsAnsweredWithinTheQueueOfReplies() {
        for (int i = 0; i < 10_000; i++) {
            host.stack.input(batch(packet(false, TSMP, PING)), clock.nowNanos());
        }
        host.pump();
        assertThat(sent).hasSizeLessThanOrEqualTo(256);
        assertThat(drops(DropCause.CONTROL_QUEUE_FULL)).isEqualTo(10_000 - sent.size());
    }

    private static PacketBatch batch(byte[] packet) {
        PacketBatch batch = PacketBatch.ofPackets(1, packet.length);
        batch.add(packet, 0, packet.length);
        return batch;
    }

    @Test
    void aPongThatNobodyAskedForIsCounted() {
        inject(false, TSMP, (byte) 'o', (byte) 1, (byte) 2, (byte) 3, (byte) 4, (byte) 5, (byte) 6, (byte) 7, (byte) 8);
        host.pump();
        assertThat(sent).isEmpty();
        assertThat(drops(DropCause.TSMP_UNMATCHED)).isEqualTo(1);
    }

    @Test
    void aDiscoKeyIsPassedOn() {
        List<DiscoPublic> told = new ArrayList<>();
        host.stack.setDiscoKeyListener(told::add);
        byte[] message = new byte[33];
        Arrays.fill(message, (byte) 7);
        message[0] = 'a';
        inject(false, TSMP, message);
        inject(false, TSMP, Arrays.copyOf(message, 32));
        assertThat(told).containsExactly(new DiscoPublic(Arrays.copyOfRange(message, 1, 33)));
        assertThat(drops(DropCause.TSMP_UNKNOWN)).isEqualTo(1);
    }

    @Test
    void ownDiscoKeyIsToldFromTheAddressOfThePeersFamily() {
        byte[] key = new byte[32];
        Arrays.fill(key, (byte) 9);
        host.stack.tellDiscoKey(THEIRS_6, new DiscoPublic(key));
        host.pump();
        byte[] payload = TestPacket.payload(sent.remove());
        assertThat(payload[0]).isEqualTo((byte) 'a');
        assertThat(Arrays.copyOfRange(payload, 1, 33)).isEqualTo(key);
    }
}
