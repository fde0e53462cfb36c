package pt.sunbeam.network;

import static org.assertj.core.api.Assertions.assertThat;
import static pt.sunbeam.network.NetlinkMessagesTest.address;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import pt.sunbeam.time.Deadline;

/** The monitor's turns in virtual time: a source that waits by moving the clock. */
class NetworkWatchTest {
    private static final NetworkState OFFLINE = NetworkState.UNKNOWN;
    private static final NetworkState ONLINE = new NetworkState(
            Set.of(new InterfaceState("eth0", Set.of(address("10.0.0.2")))),
            new DefaultRoute("eth0", address("10.0.0.1")),
            null);

    private final List<String> told = new ArrayList<>();
    private final FakeSource source = new FakeSource();
    private final NetworkWatch watch = new NetworkWatch(
            source,
            OFFLINE,
            new NetworkListener() {
                @Override
                public void networkChanged(NetworkChange change) {
                    told.add("changed at " + source.monotonicNanos / Deadline.MILLI);
                    stateWhenTold = current();
                    if (source.listenerFails) {
                        throw new IllegalStateException("a listener's own fault");
                    }
                }

                @Override
                public void woke(long sleptNanos) {
                    told.add("slept " + sleptNanos / Deadline.SECOND);
                }
            },
            () -> source.monotonicNanos);

    private NetworkState stateWhenTold = OFFLINE;

    private NetworkState current() {
        return watch.state();
    }

    private static final class FakeSource implements NetworkSource {
        final ArrayDeque<Long> signsNanos = new ArrayDeque<>();
        long monotonicNanos;
        long suspendedNanos;
        NetworkState state = OFFLINE;
        boolean unreadable;
        boolean listenerFails;
        int readings;

        @Override
        public boolean await(long timeoutNanos) {
            long untilNanos = monotonicNanos + Math.max(0, timeoutNanos);
            if (!signsNanos.isEmpty() && signsNanos.getFirst() <= untilNanos) {
                monotonicNanos = signsNanos.removeFirst();
                return true;
            }
            monotonicNanos = untilNanos;
            return false;
        }

        @Override
        public NetworkState read() throws IOException {
            readings++;
            if (unreadable) {
                throw new IOException("no answer");
            }
            return state;
        }

        @Override
        public long sleeplessNanos() {
            return monotonicNanos + suspendedNanos;
        }

        @Override
        public void wake() {}

        @Override
        public void close() {}
    }

    private void runUntil(long millis) throws IOException {
        while (source.monotonicNanos < Deadline.millis(millis)) {
            watch.turn();
        }
    }

    private void signsAt(long... millis) {
        for (long m : millis) {
            source.signsNanos.add(Deadline.millis(m));
        }
    }

    @Test
    void aBurstIsToldOnceAQuarterOfASecondAfterItsFirstSign() throws IOException {
        source.state = ONLINE;
        signsAt(3000, 3010, 3020, 3200);
        runUntil(20_000);
        assertThat(told).containsExactly("changed at 3250");
        assertThat(source.readings).isOne();
        assertThat(watch.state()).isEqualTo(ONLINE);
    }

    @Test
    void whoIsToldCanAlreadySeeTheNewState() throws IOException {
        source.state = ONLINE;
        signsAt(1000);
        runUntil(2000);
        assertThat(stateWhenTold).isEqualTo(ONLINE);
    }

    @Test
    void signsWithoutADifferenceAreNotTold() throws IOException {
        signsAt(1000, 5000);
        runUntil(20_000);
        assertThat(told).isEmpty();
        assertThat(source.readings).isEqualTo(2);
    }

    @Test
    void anIdleNetworkIsNotRead() throws IOException {
        runUntil(600_000);
        assertThat(source.readings).isZero();
    }

    @Test
    void aStateThatCannotBeReadIsToldWhenItCan() throws IOException {
        source.state = ONLINE;
        source.unreadable = true;
        signsAt(1000);
        runUntil(3250);
        source.unreadable = false;
        runUntil(8000);
        assertThat(told).containsExactly("changed at 4250");
    }

    @Test
    void afterSleepTheNetworkIsReadAgain() throws IOException {
        runUntil(4000);
        source.suspendedNanos = Deadline.seconds(3600);
        source.state = ONLINE;
        runUntil(8000);
        assertThat(told).containsExactly("slept 3600", "changed at 6250");
    }

    @Test
    void aListenerThatFailsDoesNotEndTheWatch() throws IOException {
        source.listenerFails = true;
        source.state = ONLINE;
        signsAt(1000, 2000);
        runUntil(1500);
        source.state = OFFLINE;
        runUntil(4000);
        assertThat(told).containsExactly("changed at 1250", "changed at 2250");
    }

    @Test
    void aDoubtIsLookedInto() throws IOException {
        source.state = ONLINE;
        watch.doubt();
        runUntil(1000);
        assertThat(told).containsExactly("changed at 250");
    }
}
