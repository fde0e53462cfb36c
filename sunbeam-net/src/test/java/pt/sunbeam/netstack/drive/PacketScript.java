package pt.sunbeam.netstack.drive;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import pt.sunbeam.ip.IpAddress;
import pt.sunbeam.ip.IpEndpoint;

/**
 * A foreign tool in small: runs a script in the manner of packetdrill against {@link DrivenStack}, over IPv4. Each line begins
 * with the milliseconds to wait; {@code <} is a packet in, {@code >} one that has to come out, anything else a socket call.
 *
 * <pre>
 * 0   connect 80
 * 0   > S 0
 * 10  < SA 0 ack 1
 * 0   write 100
 * 0   > A 1:101 ack 1
 * </pre>
 *
 * Numbers count from the SYN of their direction. A {@code P} flag is not compared. Builds and reads its packets itself.
 */
final class PacketScript {
    private static final int OURS = 0x64400001;
    private static final int THEIRS = 0x64400002;
    private static final int PEER_ISS = 1_000_000;
    private static final String FLAGS = "FSRPAU";

    private final DrivenStack stack = new DrivenStack(List.of(IpAddress.v4(OURS)), new SplittableRandom(1));
    private long nowNanos = 1_000_000_000L;
    private int ourPort;
    private int peerPort;
    private int iss;
    private @Nullable DrivenSocket socket;

    static void run(String script) {
        PacketScript run = new PacketScript();
        script.lines().map(String::strip).filter(line -> !line.isEmpty()).forEach(run::line);
        assertThat(run.stack.output(run.nowNanos))
                .as("a packet that no line expects")
                .isNull();
    }

    private void line(String line) {
        String[] word = line.split("\\s+");
        waitFor(Long.parseLong(word[0]) * 1_000_000);
        switch (word[1]) {
            case "<" -> stack.input(packet(word), nowNanos);
            case ">" -> expect(line, word);
            case "connect" -> {
                peerPort = Integer.parseInt(word[2]);
                socket = stack.connect(new IpEndpoint(IpAddress.v4(THEIRS), peerPort), nowNanos);
            }
            case "listen" -> {
                ourPort = Integer.parseInt(word[2]);
                peerPort = 4000;
                assertThat(stack.listen(ourPort)).isTrue();
            }
            case "accept" -> socket = stack.accept(ourPort);
            case "write" -> {
                int n = Integer.parseInt(word[2]);
                assertThat(socket().write(new byte[n], 0, n, nowNanos)).as(line).isEqualTo(n);
            }
            case "read" -> assertThat(socket().read(1 << 20, nowNanos)).as(line).hasSize(Integer.parseInt(word[2]));
            case "shutdown" -> socket().shutdownWrite(nowNanos);
            case "close" -> socket().close(nowNanos);
            case "abort" -> socket().abort(nowNanos);
            case "state" -> assertThat(socket().state()).as(line).hasToString(word[2]);
            case "event" ->
                assertThat(socket().takeEvents()).as(line).last().asString().startsWith(word[2]);
            default -> throw new IllegalArgumentException(line);
        }
    }

    private void waitFor(long nanos) {
        long end = nowNanos + nanos;
        for (long due = stack.nextDeadlineNanos(); due <= end; due = stack.nextDeadlineNanos()) {
            nowNanos = Math.max(nowNanos, due);
            stack.advance(nowNanos);
        }
        nowNanos = end;
    }

    private DrivenSocket socket() {
        assertThat(socket).as("the socket").isNotNull();
        return socket;
    }

    private static int flags(String letters) {
        int flags = 0;
        for (int i = 0; i < letters.length(); i++) {
            flags |= 1 << FLAGS.indexOf(letters.charAt(i));
        }
        return flags;
    }

    private static int named(String[] word, String name, int otherwise) {
        for (int i = 3; i + 1 < word.length; i++) {
            if (word[i].equals(name)) {
                return Integer.parseInt(word[i + 1]);
            }
        }
        return otherwise;
    }

    private byte[] packet(String[] word) {
        String[] range = word[3].split(":");
        int start = Integer.parseInt(range[0]);
        int length = range.length == 1 ? 0 : Integer.parseInt(range[1]) - start;
        int ack = named(word, "ack", -1);
        ByteBuffer b = ByteBuffer.allocate(40 + length);
        b.putInt(0x45000000 | 40 + length)
                .putInt(0)
                .putInt(64 << 24 | 6 << 16)
                .putInt(THEIRS)
                .putInt(OURS);
        b.putShort(10, (short) ~sum(b, 0, 20, 0));
        b.putShort((short) peerPort).putShort((short) ourPort).putInt(PEER_ISS + start);
        b.putInt(ack < 0 ? 0 : iss + ack).putShort((short) (0x5000 | flags(word[2])));
        b.putShort((short) named(word, "win", 65535));
        b.putShort(36, (short) ~sum(b, 20, 20 + length, sum(b, 12, 8, 6 + 20 + length)));
        return b.array();
    }

    private static int sum(ByteBuffer b, int at, int length, int start) {
        int sum = start;
        for (int i = 0; i < length; i++) {
            sum += (b.get(at + i) & 0xff) << (i % 2 == 0 ? 8 : 0);
        }
        while (sum >>> 16 != 0) {
            sum = (sum & 0xffff) + (sum >>> 16);
        }
        return sum;
    }

    private void expect(String line, String[] word) {
        byte[] packet = stack.output(nowNanos);
        assertThat(packet).as(line).isNotNull();
        ByteBuffer p = ByteBuffer.wrap(packet);
        int header = 20 + (p.get(32) >>> 4 & 15) * 4;
        int flags = p.get(33);
        if ((flags & 2) != 0) {
            iss = p.getInt(24);
            ourPort = p.getShort(20) & 0xffff;
        }
        int start = p.getInt(24) - iss;
        int length = packet.length - header;
        assertThat(flags & ~8).as("flags: " + line).isEqualTo(flags(word[2]) & ~8);
        assertThat(length == 0 ? "" + start : start + ":" + (start + length))
                .as(line)
                .isEqualTo(word[3]);
        int ack = named(word, "ack", -1);
        assertThat(ack < 0 ? -1 : p.getInt(28) - PEER_ISS).as("ACK: " + line).isEqualTo(ack);
    }
}
