package pt.sunbeam.netstack;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import java.util.function.BiConsumer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import pt.sunbeam.bytes.Endian;
import pt.sunbeam.ip.IpAddress;
import pt.sunbeam.ip.IpEndpoint;
import pt.sunbeam.netstack.tcp.CongestionControl;
import pt.sunbeam.netstack.tcp.ConnectOptions;
import pt.sunbeam.netstack.tcp.TcpAudit;
import pt.sunbeam.netstack.tcp.TcpConfig;
import pt.sunbeam.sim.LinkProfile;
import pt.sunbeam.sim.SimClock;
import pt.sunbeam.sim.SimLink;
import pt.sunbeam.time.Deadline;

/** Two stacks over a path that bears smaller packets than their own links, with and without a word about it. */
class PathMtuRunsTest {
    private static final IpAddress A = IpAddress.v4(HostTest.THEIRS);
    private static final IpAddress B = IpAddress.v4(HostTest.OURS);
    private static final int BYTES = 400_000;

    private final SimClock clock = new SimClock(Deadline.SECOND);
    private SimHost a;
    private SimHost b;
    private int pathMtu;
    private boolean told;
    private BiConsumer<byte[], SimHost> lie = (packet, sender) -> {};

    private void connect(long seed, CongestionControl control, LinkProfile profile) {
        TcpConfig tcp = TcpConfig.DEFAULT.withMtuBytes(1480).withCongestionControl(control);
        StackConfig config = StackConfig.DEFAULT.withTcp(tcp);
        a = new SimHost(clock, seed, config, A);
        b = new SimHost(clock, seed + 1, config, B);
        SimLink ab = new SimLink(clock, seed * 2, profile, b::receive);
        SimLink ba = new SimLink(clock, seed * 2 + 1, profile, a::receive);
        a.attach(packet -> router(packet, ab, a));
        b.attach(packet -> router(packet, ba, b));
        audit(a);
        audit(b);
    }

    private static void audit(SimHost host) {
        TcpAudit audit = new TcpAudit(host.stack.tcp(), host.egress);
        host.audit(audit::check);
    }

    private void router(byte[] packet, SimLink link, SimHost sender) {
        lie.accept(packet, sender);
        if (packet.length <= pathMtu) {
            link.send(packet);
        } else if (told) {
            byte[] error = fragmentationNeeded(packet, pathMtu);
            clock.after(Deadline.millis(2), () -> sender.receive(error));
        }
    }

    /** RFC 1191 section 4, from the address to which the packet was sent. */
    private static byte[] fragmentationNeeded(byte[] packet, int mtu) {
        byte[] m = new byte[8 + 28];
        m[0] = 3;
        m[1] = 4;
        Endian.putShortBe(m, 6, mtu);
        System.arraycopy(packet, 0, m, 8, 28);
        Endian.putShortBe(m, 2, ~TestSegment.sum(m, 0, m.length, 0));
        int from = Endian.intBe(packet, 16);
        int to = Endian.intBe(packet, 12);
        return TestPacket.v4(from, to, TestPacket.ICMP, 0, 0, m);
    }

    private void transfer(long seed, int seconds, Runnable halfway) {
        StreamPeer client = new StreamPeer(seed, BYTES);
        StreamPeer server = new StreamPeer(seed + 1000, BYTES);
        b.stack.listen(80, c -> server);
        a.stack.connect(new IpEndpoint(B, 80), ConnectOptions.DEFAULT, client, clock.nowNanos());
        a.pump();
        long end = clock.nowNanos() + Deadline.seconds(seconds);
        boolean changed = false;
        while (clock.nextEventNanos() <= end && !(client.closed && server.closed)) {
            clock.runNext();
            if (!changed && server.received > BYTES / 2) {
                changed = true;
                halfway.run();
            }
        }
        assertThat(client.closed && server.closed)
                .as("seed %d closed in time", seed)
                .isTrue();
        assertThat(server.receivedHash()).as("seed %d", seed).isEqualTo(client.sentHash());
        assertThat(client.receivedHash()).as("seed %d", seed).isEqualTo(server.sentHash());
    }

    @ParameterizedTest
    @CsvSource({"1,1400,CUBIC", "2,1000,CUBIC", "3,576,CUBIC", "4,1400,BBR", "5,1000,BBR", "6,576,BBR"})
    void aToldMtuCostsNoTimeOut(long seed, int mtu, CongestionControl control) {
        connect(seed, control, LinkProfile.delay(20).withRate(2_500_000, 200));
        pathMtu = mtu;
        told = true;
        transfer(seed, 2, () -> {});
    }

    @ParameterizedTest
    @CsvSource({"1,1200,CUBIC", "2,600,CUBIC", "3,1200,BBR", "4,600,BBR"})
    void aBlackHoleIsFoundAndPassed(long seed, int mtu, CongestionControl control) {
        connect(seed, control, LinkProfile.delay(20).withRate(2_500_000, 200));
        pathMtu = mtu;
        transfer(seed, 30, () -> {});
    }

    @ParameterizedTest
    @CsvSource({"1,true,CUBIC", "2,false,CUBIC", "3,true,BBR", "4,false,BBR"})
    void aPathThatNarrowsMidwayIsFollowed(long seed, boolean icmp, CongestionControl control) {
        connect(seed, control, LinkProfile.delay(20).withRate(2_500_000, 200));
        pathMtu = 1480;
        told = icmp;
        transfer(seed, 20, () -> pathMtu = 1100);
    }

    @ParameterizedTest
    @CsvSource({"1,true", "2,false", "3,true", "4,false", "5,true", "6,false", "7,true", "8,false", "9,true", "10,false"
    })
    void lossAndReorderingOnTopChangeNoByte(long seed, boolean icmp) {
        LinkProfile bad = LinkProfile.delay(15)
                .withRate(2_500_000, 200)
                .withLoss(0.02)
                .withReordering(0.02, 10)
                .withDuplicates(0.01);
        connect(seed, seed % 3 == 0 ? CongestionControl.BBR : CongestionControl.CUBIC, bad);
        pathMtu = 1480;
        told = icmp;
        int[] mtus = {1300, 1000, 800, 620};
        transfer(seed, 120, () -> {
            for (int i = 0; i < mtus.length; i++) {
                int mtu = mtus[i];
                clock.after(Deadline.millis(50 * i), () -> pathMtu = mtu);
            }
        });
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void aRouterThatLiesAboutEveryTwentiethPacketStopsNothing(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        LinkProfile bad =
                LinkProfile.delay(15).withRate(2_500_000, 200).withLoss(0.01).withReordering(0.02, 10);
        connect(seed, seed % 2 == 0 ? CongestionControl.BBR : CongestionControl.CUBIC, bad);
        pathMtu = 1480;
        lie = (packet, sender) -> {
            if (random.nextInt(20) == 0) {
                byte[] quoted = packet.clone();
                quoted[20 + random.nextInt(8)] ^= (byte) (random.nextInt(3) == 0 ? 1 << random.nextInt(8) : 0);
                byte[] error = fragmentationNeeded(quoted, random.nextInt(1600));
                clock.after(random.nextLong(Deadline.millis(30)), () -> sender.receive(error));
            }
        };
        transfer(seed, 120, () -> {});
    }
}
