package pt.sunbeam.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import pt.sunbeam.netcheck.ProbeRegion;
import pt.sunbeam.tailcfg.DerpMap;
import pt.sunbeam.tailcfg.DerpNode;
import pt.sunbeam.tailcfg.DerpRegion;
import pt.sunbeam.transport.SlowNames;

/** Names for which the name server has no answer at first; each test has its own, since answers are remembered. */
class StunServersTest {
    private static final int OLD = 1001;
    private static final int NEWER = 1002;
    private static final int NEWEST = 1003;

    private final BlockingQueue<Integer> toldPorts = new LinkedBlockingQueue<>();
    private final StunServers servers = new StunServers(regions -> toldPorts.add(portOfLast(regions)));

    /** The port of the last server; 0 without one. */
    private static int portOfLast(List<ProbeRegion> regions) {
        return regions.isEmpty() ? 0 : regions.getLast().v4().getLast().port();
    }

    private static DerpMap map(int port, List<String> hosts) {
        List<DerpNode> nodes = new ArrayList<>();
        for (String host : hosts) {
            nodes.add(new DerpNode("n", 1, host, "", "", "", port, false, 0, false, "", false));
        }
        return DerpMap.of(Map.of(1, DerpRegion.of(1, "one", nodes)));
    }

    private int told() throws InterruptedException {
        Integer port = toldPorts.poll(10, TimeUnit.SECONDS);
        return port == null ? -1 : port;
    }

    @BeforeEach
    void hold() {
        SlowNames.hold();
    }

    @AfterEach
    void release() {
        SlowNames.release();
    }

    @Test
    void aNameThatIsNotAnsweredForHoldsUpNoOtherServer() throws Exception {
        servers.find(map(OLD, List.of("127.0.0.1", "a.slow.invalid")));
        assertThat(told()).isEqualTo(OLD);
    }

    @Test
    void aNameThatIsAnsweredForLateIsToldThen() throws Exception {
        servers.find(map(OLD, List.of("b.late.invalid")));
        assertThat(told()).isZero();
        SlowNames.release();
        assertThat(told()).isEqualTo(OLD);
    }

    @Test
    void allNamesAreLookedUpAtTheSameTime() throws Exception {
        servers.find(map(OLD, List.of("c.slow.invalid", "d.slow.invalid", "e.slow.invalid", "f.slow.invalid")));
        assertThat(SlowNames.awaitHeld(4)).isTrue();
    }

    @Test
    void anOlderMapWhoseNamesCameLateComesBeforeANewerOneAndOnlyTheLastIsNext() throws Exception {
        servers.find(map(OLD, List.of("g.late.invalid")));
        assertThat(SlowNames.awaitHeld(1)).isTrue();
        servers.find(map(NEWER, List.of("127.0.0.1")));
        servers.find(map(NEWEST, List.of("127.0.0.1")));
        SlowNames.release();
        List<Integer> all = new ArrayList<>();
        while (!all.contains(NEWEST) && !all.contains(-1)) {
            all.add(told());
        }
        assertThat(all).doesNotContain(NEWER, -1).endsWith(NEWEST);
    }

    @Test
    void anEndWhileNamesAreLookedUpIsNoBug() throws Exception {
        BlockingQueue<Throwable> uncaught = new LinkedBlockingQueue<>();
        BlockingQueue<Thread> refused = new LinkedBlockingQueue<>();
        StunServers late = new StunServers(_ -> {
            Thread.currentThread().setUncaughtExceptionHandler((_, e) -> uncaught.add(e));
            refused.add(Thread.currentThread());
            throw new RejectedExecutionException("the loop has ended");
        });
        late.find(map(OLD, List.of("127.0.0.1")));
        refused.take().join();
        assertThat(uncaught).isEmpty();
    }
}
