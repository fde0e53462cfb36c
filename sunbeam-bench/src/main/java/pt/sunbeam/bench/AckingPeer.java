package pt.sunbeam.bench;

import java.util.List;
import java.util.SplittableRandom;
import pt.sunbeam.bytes.Endian;
import pt.sunbeam.bytes.PacketBatch;
import pt.sunbeam.ip.IpAddress;
import pt.sunbeam.ip.IpEndpoint;
import pt.sunbeam.netstack.Egress;
import pt.sunbeam.netstack.Stack;
import pt.sunbeam.netstack.StackConfig;
import pt.sunbeam.netstack.ip.Checksum;
import pt.sunbeam.netstack.ip.IpHeader;
import pt.sunbeam.netstack.tcp.ConnectOptions;
import pt.sunbeam.time.Deadline;

/** A sending stack, and a peer that is no more than 40 bytes of acknowledgement for every second segment. */
final class AckingPeer {
    private static final int OURS = 0x64400001;
    private static final int THEIRS = 0x64400002;
    private static final int PEER_ISS = 1000;
    private static final int SYN_ACK = 0x12;
    private static final int ACK = 0x10;

    private final Egress[] egress = new Egress[1];
    private final Stack stack = new Stack(StackConfig.DEFAULT, new SplittableRandom(1), address -> egress[0]);
    private final PacketBatch out = PacketBatch.ofPackets(2, 1280);
    private final PacketBatch in = PacketBatch.ofPackets(1, 1280);
    private final byte[] packet = new byte[52];
    private final int port;
    private long nowNanos = Deadline.SECOND;

    AckingPeer() {
        egress[0] = stack.newEgress("peer", e -> {});
        stack.setAddresses(List.of(IpAddress.v4(OURS)));
        stack.connect(new IpEndpoint(IpAddress.v4(THEIRS), 80), ConnectOptions.DEFAULT, new BulkSource(), nowNanos);
        stack.pull(egress[0], out, Integer.MAX_VALUE, nowNanos);
        port = Endian.shortBe(out.array(), out.offset(0) + 20);
        int iss = Endian.intBe(out.array(), out.offset(0) + 24);
        // MSS 1240, SACK permitted, window scale 8.
        Endian.putIntBe(packet, 40, 0x020404d8);
        Endian.putIntBe(packet, 44, 0x04020101);
        Endian.putIntBe(packet, 48, 0x01030308);
        inject(SYN_ACK, PEER_ISS, iss + 1, 12);
    }

    private void inject(int flags, int seq, int ack, int optionBytes) {
        int tcpBytes = 20 + optionBytes;
        IpHeader.write(packet, 0, false, 0, THEIRS, 0, OURS, IpHeader.TCP, tcpBytes, 0);
        Endian.putShortBe(packet, 20, 80);
        Endian.putShortBe(packet, 22, port);
        Endian.putIntBe(packet, 24, seq);
        Endian.putIntBe(packet, 28, ack);
        Endian.putIntBe(packet, 32, tcpBytes / 4 << 28 | flags << 16 | 0xffff);
        Endian.putIntBe(packet, 36, 0);
        long pseudo = Checksum.pseudoHeader(0, THEIRS, 0, OURS, IpHeader.TCP, tcpBytes);
        Endian.putShortBe(packet, 36, Checksum.fold(pseudo + Checksum.sum(packet, 20, tcpBytes)));
        in.clear();
        in.add(packet, 0, 20 + tcpBytes);
        in.setArrivalNanos(nowNanos);
        stack.input(in, nowNanos);
    }

    /** Acknowledges {@code count} times what two more segments brought. */
    void acknowledge(int count) {
        for (int i = 0; i < count; i++) {
            nowNanos += 10_000;
            out.clear();
            int packets = stack.pull(egress[0], out, Integer.MAX_VALUE, nowNanos);
            if (packets == 0) {
                throw new IllegalStateException("the stack has nothing to send");
            }
            int last = out.offset(packets - 1);
            int header = (out.array()[last + 32] >>> 4 & 15) * 4;
            int end = Endian.intBe(out.array(), last + 24) + out.length(packets - 1) - 20 - header;
            inject(ACK, PEER_ISS + 1, end, 0);
        }
    }
}
