package pt.sunbeam.netstack;

import java.util.SplittableRandom;
import pt.sunbeam.netstack.tcp.CongestionControl;
import pt.sunbeam.netstack.tcp.TcpConfig;
import pt.sunbeam.sim.LinkProfile;
import pt.sunbeam.sim.LinkProfile.AckTreatment;
import pt.sunbeam.sim.LinkProfile.Loss;

/** Draws a link's behaviour and a stack's configuration from a seed: every impairment there is, alone and together. */
final class SeededConditions {
    private final SplittableRandom random;

    SeededConditions(SplittableRandom random) {
        this.random = random;
    }

    private boolean oneIn(int n) {
        return random.nextInt(n) == 0;
    }

    /** One direction of a link. */
    LinkProfile profile() {
        LinkProfile p = LinkProfile.delay(random.nextInt(1, 60))
                .withJitter(random.nextInt(5))
                .with(loss())
                .withDuplicates(random.nextInt(3) * 0.01)
                .withCorruption(random.nextInt(2) * 0.005)
                .withReordering(random.nextInt(3) * 0.02, random.nextInt(1, 25));
        p = oneIn(3) ? withRate(p) : p;
        p = oneIn(4) ? p.with(new AckTreatment(random.nextInt(3) * 0.05, random.nextInt(5))) : p;
        return oneIn(5) ? p.withHolds(random.nextInt(1000, 5000), 300, 1000) : p;
    }

    private Loss loss() {
        return oneIn(3)
                ? Loss.bursts(random.nextInt(1, 6) * 0.01, random.nextInt(2, 10))
                : Loss.independent(random.nextInt(4) * 0.02);
    }

    private LinkProfile withRate(LinkProfile p) {
        long bytesPerSecond = random.nextInt(100_000, 2_000_000);
        return random.nextBoolean()
                ? p.withRate(bytesPerSecond, random.nextInt(8, 80))
                : p.withRateAndQueueBytes(bytesPerSecond, random.nextInt(6_000, 200_000));
    }

    /** One end of the connections. */
    StackConfig stack() {
        TcpConfig tcp = oneIn(3) ? TcpConfig.DEFAULT.withBuffers(8 << 10, 64 << 10, 64 << 10) : TcpConfig.DEFAULT;
        tcp = tcp.withCongestionControl(random.nextBoolean() ? CongestionControl.CUBIC : CongestionControl.BBR);
        return StackConfig.DEFAULT.withTcp(tcp.withMtuBytes(random.nextBoolean() ? 1280 : 576));
    }
}
