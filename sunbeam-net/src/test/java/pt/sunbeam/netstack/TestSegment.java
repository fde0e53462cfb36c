package pt.sunbeam.netstack;

import java.util.Arrays;
import pt.sunbeam.bytes.Endian;

/** A segment in a packet test: built by plain arithmetic here, apart from the code under test. IPv4 only. */
final class TestSegment {
    static final int FIN = 1;
    static final int SYN = 2;
    static final int RST = 4;
    static final int PSH = 8;
    static final int ACK = 16;

    int from;
    int to;
    int sourcePort;
    int targetPort;
    int seq;
    int ack;
    int flags;
    int window = 65535;
    byte[] options = {};
    byte[] data = {};

    TestSegment() {}

    TestSegment(byte[] p) {
        int ip = (p[0] & 15) * 4;
        from = Endian.intBe(p, 12);
        to = Endian.intBe(p, 16);
        sourcePort = Endian.shortBe(p, ip);
        targetPort = Endian.shortBe(p, ip + 2);
        seq = Endian.intBe(p, ip + 4);
        ack = Endian.intBe(p, ip + 8);
        flags = p[ip + 13];
        window = Endian.shortBe(p, ip + 14);
        int header = (p[ip + 12] >>> 4 & 15) * 4;
        options = Arrays.copyOfRange(p, ip + 20, ip + header);
        data = Arrays.copyOfRange(p, ip + header, p.length);
    }

    byte[] packet() {
        int header = 20 + options.length;
        byte[] p = new byte[20 + header + data.length];
        p[0] = 0x45;
        Endian.putShortBe(p, 2, p.length);
        p[8] = 64;
        p[9] = 6;
        Endian.putIntBe(p, 12, from);
        Endian.putIntBe(p, 16, to);
        Endian.putShortBe(p, 10, ~sum(p, 0, 20, 0));
        Endian.putShortBe(p, 20, sourcePort);
        Endian.putShortBe(p, 22, targetPort);
        Endian.putIntBe(p, 24, seq);
        Endian.putIntBe(p, 28, ack);
        p[32] = (byte) (header / 4 << 4);
        p[33] = (byte) flags;
        Endian.putShortBe(p, 34, window);
        System.arraycopy(options, 0, p, 40, options.length);
        System.arraycopy(data, 0, p, 20 + header, data.length);
        Endian.putShortBe(p, 36, ~sum(p, 20, header + data.length, sum(p, 12, 8, 6 + header + data.length)));
        return p;
    }

    static int sum(byte[] p, int at, int length, int start) {
        int sum = start;
        for (int i = 0; i < length; i++) {
            sum += (p[at + i] & 0xff) << (i % 2 == 0 ? 8 : 0);
        }
        while (sum >>> 16 != 0) {
            sum = (sum & 0xffff) + (sum >>> 16);
        }
        return sum;
    }

    boolean is(int exactly) {
        return (flags & ~PSH) == exactly;
    }

    /** The option of {@code kind} without kind and length, or null. */
    byte[] option(int kind) {
        for (int i = 0; i < options.length && options[i] != 0; i += options[i] == 1 ? 1 : options[i + 1]) {
            if (options[i] == kind) {
                return Arrays.copyOfRange(options, i + 2, i + options[i + 1]);
            }
        }
        return null;
    }
}
