package pt.sunbeam.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import pt.sunbeam.control.ControlUrl;
import pt.sunbeam.ipc.DaemonStatus.RelayStatus;
import pt.sunbeam.netcheck.NetReport;
import pt.sunbeam.relay.RelayRegion;
import pt.sunbeam.tailcfg.DerpMap;
import pt.sunbeam.tailcfg.DerpNode;
import pt.sunbeam.tailcfg.DerpRegion;
import pt.sunbeam.time.Deadline;

class HomeChoiceTest {
    private static final long START = Deadline.seconds(1000);

    private final List<String> done = new ArrayList<>();
    private final HomeChoice choice =
            new HomeChoice(ControlUrl.parse("https://control.example.com"), new Random(5), 0, new Actions());
    private final List<Integer> chosen = new ArrayList<>();
    private long nowNanos = START;
    private long heardNanos = Deadline.LONG_AGO;
    private boolean connected = true;

    private final class Actions implements HomeChoice.Actions {
        @Override
        public RelayView relay() {
            return new RelayView(new RelayStatus(1, "one", connected), "", "", heardNanos);
        }

        @Override
        public void connect(Map<Integer, RelayRegion> regions, int home) {
            done.add("connect " + home);
        }

        @Override
        public void chosen(int home) {
            chosen.add(home);
        }

        @Override
        public void measure(DerpMap map) {
            done.add("stun");
        }

        @Override
        public void measureByHttps(List<RelayRegion> regions, NetReport silent) {
            done.add("https of " + regions.stream().map(RelayRegion::id).toList());
        }

        @Override
        public void judged(NetReport report) {
            done.add("home " + report.preferredRegion());
        }

        @Override
        public void netInfoChanged() {}
    }

    private static DerpMap map(int regions) {
        Map<Integer, DerpRegion> byId = new HashMap<>();
        for (int id = 1; id <= regions; id++) {
            DerpNode node = new DerpNode("n", id, "derp" + id + ".example", "", "", "", 0, false, 0, false, "", false);
            byId.put(id, DerpRegion.of(id, "r" + id, List.of(node)));
        }
        return DerpMap.of(byId);
    }

    private NetReport stun(boolean full, Map<Integer, Long> millis) {
        TreeMap<Integer, Long> nanos = new TreeMap<>();
        millis.forEach((region, each) -> nanos.put(region, Deadline.millis(each)));
        return new NetReport(
                nowNanos - Deadline.SECOND,
                nowNanos,
                full,
                true,
                List.of(),
                List.of(),
                null,
                nanos,
                new TreeMap<>(),
                new TreeMap<>(),
                0);
    }

    private void homeIsOneOf(int regions) {
        choice.onMap(map(regions));
        choice.onMeasured(stun(true, Map.of(1, 20L, 2, 40L)));
        assertThat(choice.home()).isEqualTo(1);
        nowNanos += Deadline.seconds(400);
        done.clear();
    }

    @Test
    void aSingleRegionIsHomeBeforeItIsMeasured() {
        choice.onMap(map(1));
        assertThat(done).containsExactly("connect 1", "stun");
    }

    @Test
    void theHomeOfTheLastRunIsConnectedBeforeAnythingIsMeasuredAndLeftForANearerOne() {
        HomeChoice again =
                new HomeChoice(ControlUrl.parse("https://control.example.com"), new Random(5), 2, new Actions());
        assertThat(again.netInfo().preferredDerp()).isEqualTo(2);
        again.onMap(map(2));
        assertThat(done).containsExactly("connect 2", "stun");
        again.onMeasured(stun(true, Map.of(1, 20L, 2, 40L)));
        assertThat(again.home()).isEqualTo(1);
        assertThat(chosen).containsExactly(1);
    }

    @Test
    void aMeasurementBeforeThereIsAMapSaysNothingAboutTheHomeOfTheLastRun() {
        HomeChoice again =
                new HomeChoice(ControlUrl.parse("https://control.example.com"), new Random(5), 2, new Actions());
        again.onMeasured(stun(true, Map.of()));
        assertThat(again.home()).isEqualTo(2);
        assertThat(chosen).isEmpty();
    }

    @Test
    void aHomeOfTheLastRunThatTheMapNoLongerHasIsNone() {
        HomeChoice again =
                new HomeChoice(ControlUrl.parse("https://control.example.com"), new Random(5), 7, new Actions());
        again.onMap(map(2));
        assertThat(done).containsExactly("connect 0", "stun");
        again.onMeasured(stun(true, Map.of(1, 20L, 2, 40L)));
        assertThat(again.home()).isEqualTo(1);
    }

    @Test
    void aMapWithoutRelaysLeavesNothingToWaitFor() {
        choice.onMap(map(0));
        assertThat(choice.isHopeless()).isTrue();
        assertThat(choice.home()).isZero();
    }

    @Test
    void aRegionWithoutARelayThatCanBeDialledIsNoHome() {
        DerpNode stunOnly = new DerpNode("n", 1, "stun.example", "", "", "", 0, true, 0, false, "", false);
        DerpNode noPort = new DerpNode("n", 2, "derp2.example", "", "", "", 0, false, -1, false, "", false);
        DerpNode good = new DerpNode("n", 3, "derp3.example", "", "", "", 0, false, 0, false, "", false);
        choice.onMap(DerpMap.of(Map.of(
                1, DerpRegion.of(1, "a", List.of(stunOnly)),
                2, DerpRegion.of(2, "b", List.of(noPort)),
                3, DerpRegion.of(3, "c", List.of(good)))));
        assertThat(choice.home()).isEqualTo(3);
    }

    @Test
    void aHomeThatSaidSomethingSevenSecondsAgoIsKeptThoughItMissedTheMeasurement() {
        homeIsOneOf(2);
        heardNanos = nowNanos - Deadline.seconds(7);
        choice.onMeasured(stun(false, Map.of(2, 40L)));
        assertThat(choice.home()).isEqualTo(1);
    }

    @Test
    void aHomeThatSaidNothingForNineSecondsAndMissedTheMeasurementIsLeft() {
        homeIsOneOf(2);
        heardNanos = nowNanos - Deadline.seconds(9);
        choice.onMeasured(stun(false, Map.of(2, 40L)));
        assertThat(choice.home()).isEqualTo(2);
    }

    @Test
    void silenceEverywhereIsFollowedByOneMeasurementByHttps() {
        choice.onMap(map(3));
        done.clear();
        choice.onMeasured(stun(true, Map.of()));
        assertThat(done).containsExactly("https of [1, 2, 3]");
        choice.onMeasuredByHttps(
                NetReport.ofConnectTimes(nowNanos, nowNanos, Map.of(2, Deadline.millis(90), 3, Deadline.millis(50))));
        assertThat(choice.home()).isEqualTo(3);
    }

    @Test
    void silenceOnAnotherNetworkIsMeasuredByHttpsOnceTheOldMeasurementIsOver() {
        choice.onMap(map(3));
        done.clear();
        choice.onMeasured(stun(true, Map.of()));
        choice.onMeasured(stun(true, Map.of()));
        choice.onMeasured(stun(true, Map.of()));
        assertThat(done).containsExactly("https of [1, 2, 3]");
        choice.onMeasuredByHttps(NetReport.ofConnectTimes(nowNanos, nowNanos, Map.of(2, Deadline.millis(90))));
        assertThat(done).containsExactly("https of [1, 2, 3]", "https of [1, 2, 3]");
        choice.onMeasuredByHttps(NetReport.ofConnectTimes(nowNanos, nowNanos, Map.of(3, Deadline.millis(90))));
        assertThat(choice.home()).isEqualTo(3);
    }

    @Test
    void anAnswerByStunOutdatesAMeasurementByHttpsThatBeganBefore() {
        choice.onMap(map(3));
        NetReport silent = stun(true, Map.of());
        choice.onMeasured(silent);
        nowNanos += Deadline.SECOND;
        choice.onMeasured(stun(true, Map.of(1, 20L)));
        done.clear();
        choice.onMeasuredByHttps(
                NetReport.ofConnectTimes(silent.startedNanos(), nowNanos, Map.of(3, Deadline.millis(9))));
        assertThat(done).isEmpty();
        assertThat(choice.netInfo().workingUdp()).isTrue();
    }

    @Test
    void whereNoRelayAnswersAtAllOneIsHomeAllTheSame() {
        choice.onMap(map(3));
        choice.onMeasured(stun(true, Map.of()));
        choice.onMeasuredByHttps(NetReport.ofConnectTimes(nowNanos, nowNanos, Map.of()));
        assertThat(choice.home()).isBetween(1, 3);
        done.clear();
        choice.onMeasured(stun(true, Map.of()));
        assertThat(done).containsExactly("https of [1, 2, 3]");
    }

    @Test
    void silenceOfAFewRegionsChangesNothing() {
        homeIsOneOf(3);
        choice.onMeasured(stun(false, Map.of()));
        assertThat(done).isEmpty();
    }

    @Test
    void aHomeThatIsDownForTenSecondsIsMeasuredAgainstTheOthersAndLeft() {
        homeIsOneOf(3);
        connected = false;
        choice.onRelayChanged(nowNanos);
        choice.onRelayChanged(nowNanos + HomeChoice.PATIENCE_NANOS - 1);
        assertThat(done).isEmpty();
        choice.onRelayChanged(nowNanos + HomeChoice.PATIENCE_NANOS);
        assertThat(done).containsExactly("connect 1", "stun");
        choice.onMeasured(stun(true, Map.of(1, 20L, 2, 90L, 3, 80L)));
        assertThat(choice.home()).isEqualTo(3);
    }

    @Test
    void aHomeThatComesBackInTimeIsKept() {
        homeIsOneOf(2);
        connected = false;
        choice.onRelayChanged(nowNanos);
        connected = true;
        choice.onRelayChanged(nowNanos + Deadline.seconds(5));
        connected = false;
        choice.onRelayChanged(nowNanos + Deadline.seconds(12));
        assertThat(done).isEmpty();
    }

    @Test
    void aNewMapReachesTheRelaysBeforeItIsMeasured() {
        homeIsOneOf(2);
        choice.onMap(map(3));
        assertThat(done).containsExactly("connect 1", "stun");
    }

    @Test
    void ofThousandsOfRegionsAHundredAreMeasuredByHttpsAndTheHomeIsOneOfThem() {
        HomeChoice again =
                new HomeChoice(ControlUrl.parse("https://control.example.com"), new Random(5), 4000, new Actions());
        again.onMap(map(5000));
        done.clear();
        again.onMeasured(stun(true, Map.of()));
        assertThat(done).hasSize(1);
        assertThat(done.getFirst().split(",")).hasSize(100);
        assertThat(done.getFirst()).contains("4000");
    }

    @Test
    void aHomeThatIsDownIsNotLeftForARegionThatDidNotAnswer() {
        homeIsOneOf(2);
        DerpRegion[] all = map(3).allRegions().values().toArray(DerpRegion[]::new);
        DerpRegion avoided = new DerpRegion(3, "r3", "r3", true, false, all[2].nodes());
        choice.onMap(DerpMap.of(Map.of(1, all[0], 2, all[1], 3, avoided)));
        connected = false;
        choice.onRelayChanged(nowNanos);
        choice.onRelayChanged(nowNanos + HomeChoice.PATIENCE_NANOS);
        choice.onMeasured(stun(true, Map.of(1, 20L, 3, 30L)));
        assertThat(choice.home()).isEqualTo(1);
    }

    private long timesMeasuredWhileDownFor(int seconds) {
        done.clear();
        for (int i = 0; i <= seconds; i++) {
            choice.onRelayChanged(nowNanos);
            nowNanos += Deadline.SECOND;
        }
        return done.stream().filter("stun"::equals).count();
    }

    @Test
    void aHomeThatStaysDownIsMeasuredAgainLessAndLessOften() {
        homeIsOneOf(2);
        connected = false;
        assertThat(timesMeasuredWhileDownFor(10 + 20 + 40 + 80 + 160)).isEqualTo(5);
        assertThat(timesMeasuredWhileDownFor(3000)).isEqualTo(10);
    }

    @Test
    void aHomeThatCameBackIsMeasuredAsSoonAsEverWhenItIsDownAgain() {
        homeIsOneOf(2);
        connected = false;
        assertThat(timesMeasuredWhileDownFor(29)).isEqualTo(1);
        connected = true;
        choice.onRelayChanged(nowNanos);
        connected = false;
        assertThat(timesMeasuredWhileDownFor(10)).isEqualTo(1);
    }
}
