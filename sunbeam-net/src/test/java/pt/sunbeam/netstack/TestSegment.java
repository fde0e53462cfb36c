package pt.sunbeam.netstack;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import pt.sunbeam.bytes.Endian;
import pt.sunbeam.bytes.Hex;
import pt.sunbeam.ip.IpAddress;

/** A segment in a packet test: built by plain arithmetic here, apart from the code under test. IPv4 and IPv6. */
final class TestSegment {
    static final int FIN = 1;
    static final int SYN = 2;
    static final int RST = 4;
    static final int PSH = 8;
    static final int ACK = 16;
    static final int URG = 32;

    IpAddress from = IpAddress.ANY_V4;
    IpAddress to = IpAddress.ANY_V4;
    int sourcePort;
    int targetPort;
    int seq;
    int ack;
    int flags;
    int window = 65535;
    int urgent;
    byte[] options = {};
    byte[] data = {};

    TestSegment() {}

    TestSegment(byte[] p) {
        boolean v6 = p[0] >>> 4 == 6;
        int ip = v6 ? 40 : (p[0] & 15) * 4;
        from = IpAddress.read(p, v6 ? 8 : 12, v6);
        to = IpAddress.read(p, v6 ? 24 : 16, v6);
        sourcePort = Endian.shortBe(p, ip);
        targetPort = Endian.shortBe(p, ip + 2);
        seq = Endian.intBe(p, ip + 4);
        ack = Endian.intBe(p, ip + 8);
        flags = p[ip + 13];
        window = Endian.shortBe(p, ip + 14);
        urgent = Endian.shortBe(p, ip + 18);
        int header = (p[ip + 12] >>> 4 & 15) * 4;
        options = Arrays.copyOfRange(p, ip + 20, ip + header);
        data = Arrays.copyOfRange(p, ip + header, p.length);
    }

    byte[] packet() {
        int ip = from.v6() ? 40 : 20;
        int header = 20 + options.length;
        int length = header + data.length;
        byte[] p = new byte[ip + length];
        int addresses = writeIp(p, from, to, 6, length);
        Endian.putShortBe(p, ip, sourcePort);
        Endian.putShortBe(p, ip + 2, targetPort);
        Endian.putIntBe(p, ip + 4, seq);
        Endian.putIntBe(p, ip + 8, ack);
        p[ip + 12] = (byte) (header / 4 << 4);
        p[ip + 13] = (byte) flags;
        Endian.putShortBe(p, ip + 14, window);
        Endian.putShortBe(p, ip + 18, urgent);
        System.arraycopy(options, 0, p, ip + 20, options.length);
        System.arraycopy(data, 0, p, ip + header, data.length);
        int pseudo = sum(p, addresses, 2 * from.byteCount(), 6 + length);
        Endian.putShortBe(p, ip + 16, ~sum(p, ip, length, pseudo));
        return p;
    }

    /** Writes a header for {@code payload} bytes of {@code protocol}; returns where its addresses begin. */
    static int writeIp(byte[] p, IpAddress from, IpAddress to, int protocol, int payload) {
        int addresses = from.v6() ? 8 : 12;
        from.write(p, addresses);
        to.write(p, addresses + from.byteCount());
        if (from.v6()) {
            p[0] = 0x60;
            Endian.putShortBe(p, 4, payload);
            p[6] = (byte) protocol;
            p[7] = 64;
        } else {
            p[0] = 0x45;
            Endian.putShortBe(p, 2, 20 + payload);
            p[8] = 64;
            p[9] = (byte) protocol;
            Endian.putShortBe(p, 10, ~sum(p, 0, 20, 0));
        }
        return addresses;
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

    /** Data bytes plus one for SYN and one for FIN. */
    int sequenceLength() {
        return data.length + (flags >>> 1 & 1) + (flags & 1);
    }

    /** The option of {@code kind} without kind and length, or null. */
    byte @Nullable [] option(int kind) {
        for (int i = 0; i < options.length && options[i] != 0; i += options[i] == 1 ? 1 : options[i + 1]) {
            if (options[i] == kind) {
                return Arrays.copyOfRange(options, i + 2, i + options[i + 1]);
            }
        }
        return null;
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        String names = "FSRPAU";
        for (int i = 0; i < names.length(); i++) {
            text.append((flags >>> i & 1) != 0 ? names.substring(i, i + 1) : "");
        }
        return text + " seq " + Integer.toUnsignedString(seq) + " ack " + Integer.toUnsignedString(ack) + " data "
                + data.length + " window " + window + " options " + Hex.encode(options);
    }
}
