package pt.sunbeam.netstack;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import pt.sunbeam.ip.IpAddress;
import pt.sunbeam.sim.SimClock;

/** The whole stack under bytes that somebody else chooses; docs/testing.md says how to let Jazzer choose them. */
class StackFuzzTest {
    @FuzzTest
    void anyScriptAroundOneConnection(byte[] script) {
        FuzzScript.run(script);
    }

    @FuzzTest
    void anyPacket(byte[] packet) {
        SimHost host = new SimHost(new SimClock(0), 1, StackConfig.DEFAULT, IpAddress.v4(0x64400001));
        host.stack.listen(80, c -> null);
        host.receive(packet.length == 0 ? new byte[1] : packet);
        assertThat(host.stack.status().counters().packetsIn()).isEqualTo(1);
        assertThat(host.stack.status().memoryBytes()).isZero();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void randomScriptsAroundOneConnection(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < 500; i++) {
            byte[] script = new byte[1 + random.nextInt(600)];
            random.nextBytes(script);
            run(seed, i, script);
        }
    }

    private static void run(long seed, int index, byte[] script) {
        try {
            FuzzScript.run(script);
        } catch (AssertionError | RuntimeException e) {
            throw new AssertionError("seed " + seed + ", script " + index, e);
        }
    }
}
