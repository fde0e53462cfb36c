package pt.sunbeam.netstack;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import pt.sunbeam.bytes.Hex;

/**
 * One line of a packet script: what the scripted host sends, or what the stack has to send. Numbers count from the SYN of
 * their own direction, as a reader of a capture counts: the SYN is 0, the first byte of data 1. SEQ counts in the direction
 * of the segment, ACK and SACK blocks in the other one.
 *
 * <p>Sent: SEQ left out is what comes next, ACK left out is the last one named, timestamps come by themselves where they
 * were negotiated. Expected: flags (but for PSH) and the length of the data are always compared, the rest when it is named.
 */
final class ScriptSegment {
    private int flags;
    private @Nullable Integer seq;
    private @Nullable Integer ack;
    private @Nullable Integer window;
    private byte[] data = {};
    private int urgent;
    private byte[] options = {};
    private int @Nullable [] sacks;
    private int @Nullable [] timestamps;
    private boolean bare;

    ScriptSegment(int flags) {
        this.flags = flags;
    }

    ScriptSegment seq(int relative) {
        seq = relative;
        return this;
    }

    ScriptSegment ack(int relative) {
        ack = relative;
        return this;
    }

    /** The field as it is on the wire, before scaling. */
    ScriptSegment window(int field) {
        window = field;
        return this;
    }

    /** That many bytes, each of which tells its place in the stream. */
    ScriptSegment data(int bytes) {
        data = new byte[bytes];
        return this;
    }

    ScriptSegment data(byte[] bytes) {
        data = bytes;
        return this;
    }

    ScriptSegment fin() {
        flags |= TestSegment.FIN;
        return this;
    }

    ScriptSegment urgent(int pointer) {
        flags |= TestSegment.URG;
        urgent = pointer;
        return this;
    }

    /** Start and end of each block, in pairs; none: the expected segment must carry no block. */
    ScriptSegment sack(int... edges) {
        sacks = edges;
        return this;
    }

    ScriptSegment timestamps(int value, int echo) {
        timestamps = new int[] {value, echo};
        return this;
    }

    /** Without timestamps although they were negotiated. */
    ScriptSegment bare() {
        bare = true;
        return this;
    }

    /** Options as hexadecimal bytes, in front of those that the script adds. */
    ScriptSegment options(String hex) {
        options = Hex.decode(hex);
        return this;
    }

    // --- sent by the scripted host

    TestSegment sentBy(PacketTest script) {
        TestSegment s = script.blank();
        int relativeSeq = seq == null ? script.peerNext : seq;
        s.flags = flags;
        s.seq = PacketTest.PEER_ISS + relativeSeq;
        script.peerAck = ack == null ? script.peerAck : ack;
        s.ack = (flags & TestSegment.ACK) == 0 ? 0 : script.iss + script.peerAck;
        s.window = window == null ? script.window : window;
        s.urgent = urgent;
        s.data = content(relativeSeq - 1 + (flags >>> 1 & 1));
        s.options = sentOptions(script);
        if (seq == null) {
            script.peerNext += s.sequenceLength();
        }
        return s;
    }

    private byte[] content(int position) {
        byte[] filled = data.clone();
        boolean blank = true;
        for (byte b : data) {
            blank &= b == 0;
        }
        for (int i = 0; blank && i < filled.length; i++) {
            filled[i] = PacketTest.streamByte(position + i);
        }
        return filled;
    }

    private byte[] sentOptions(PacketTest script) {
        ByteBuffer b = ByteBuffer.allocate(80).put(options);
        int[] stamps = timestamps == null && script.peerTimestamps && !bare
                ? new int[] {script.peerTsClock(), script.lastTsVal}
                : timestamps;
        if (stamps != null) {
            b.putInt(0x0101080a).putInt(stamps[0]).putInt(stamps[1]);
        }
        if (sacks != null) {
            b.putInt(0x01010500 | 2 + 4 * sacks.length);
            for (int edge : sacks) {
                b.putInt(script.iss + edge);
            }
        }
        return Arrays.copyOf(b.array(), b.position() + 3 & ~3);
    }

    // --- expected of the stack

    void matches(PacketTest script, TestSegment got) {
        String what = describe(script, got);
        assertThat(got.is(flags)).as("flags of %s, not %s", what, flags).isTrue();
        assertThat(got.data).as("data of " + what).hasSize(data.length);
        if (seq != null) {
            assertThat(got.seq - script.iss).as("SEQ of " + what).isEqualTo(seq);
        }
        if (ack != null) {
            assertThat(got.ack - PacketTest.PEER_ISS).as("ACK of " + what).isEqualTo(ack);
        }
        if (window != null) {
            assertThat(got.window).as("window of " + what).isEqualTo(window);
        }
        if (sacks != null) {
            assertThat(blocks(got)).as("SACK blocks of " + what).isEqualTo(sacks);
        }
        if (timestamps != null) {
            ByteBuffer stamps = ByteBuffer.wrap(assertThatPresent(got.option(8), "timestamps of " + what));
            assertThat(stamps.getInt(4)).as("TSecr of " + what).isEqualTo(timestamps[1]);
        }
    }

    private static byte[] assertThatPresent(byte @Nullable [] option, String what) {
        assertThat(option).as(what).isNotNull();
        return option;
    }

    /** The blocks of a segment of the stack, counted from the scripted host's SYN. */
    static int[] blocks(TestSegment got) {
        byte[] option = got.option(5);
        if (option == null) {
            return new int[0];
        }
        int[] edges = new int[option.length / 4];
        for (int i = 0; i < edges.length; i++) {
            edges[i] = ByteBuffer.wrap(option).getInt(4 * i) - PacketTest.PEER_ISS;
        }
        return edges;
    }

    private static String describe(PacketTest script, TestSegment got) {
        return String.format(
                "[seq %d ack %d sack %s: %s]",
                got.seq - script.iss, got.ack - PacketTest.PEER_ISS, Arrays.toString(blocks(got)), got);
    }
}
