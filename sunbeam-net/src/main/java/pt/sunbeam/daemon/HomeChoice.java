package pt.sunbeam.daemon;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import pt.sunbeam.control.ControlUrl;
import pt.sunbeam.ipc.DaemonStatus.RelayStatus;
import pt.sunbeam.netcheck.HomeRelay;
import pt.sunbeam.netcheck.NetReport;
import pt.sunbeam.relay.RelayRegion;
import pt.sunbeam.tailcfg.DerpMap;
import pt.sunbeam.tailcfg.DerpRegion;
import pt.sunbeam.tailcfg.NetInfo;
import pt.sunbeam.time.Deadline;

/**
 * Which relay is this node's home: has the regions measured, judges the reports, and leaves a home that stays out of reach, since
 * peers reach this node through its home only. Owner: the supervisor's thread.
 */
final class HomeChoice {
    private static final Logger LOG = LoggerFactory.getLogger(HomeChoice.class);

    /** A home relay that has been out of reach for so long is left for a region that answers. */
    static final long PATIENCE_NANOS = Deadline.seconds(10);

    /** Each time a home is still out of reach the patience doubles, up to this much, until a home is connected. */
    static final long MAX_PATIENCE_NANOS = Deadline.seconds(300);

    /** Regions beyond this many are not dialled to be measured, as many as are asked by STUN; the home always is. */
    private static final int MAX_REGIONS_BY_HTTPS = 100;

    /** What it has done by others. */
    interface Actions {
        /** The home relay of this moment. */
        RelayView relay();

        void connect(Map<Integer, RelayRegion> regions, int home);

        /** The home is another one. */
        void chosen(int home);

        /** Measures by STUN; the report comes as {@link #onMeasured}. */
        void measure(DerpMap map);

        /** Measures over TCP where nothing answers STUN; the report comes as {@link #onMeasuredByHttps}. */
        void measureByHttps(List<RelayRegion> regions, NetReport silent);

        /** A report has been judged; it names the home that was chosen. */
        void judged(NetReport report);

        /** What the server is to be told may be another. */
        void netInfoChanged();
    }

    private final ControlUrl url;
    private final HomeRelay homeRelay;
    private final Actions actions;
    private DerpMap map = DerpMap.EMPTY;
    private boolean mapCame;
    private Map<Integer, RelayRegion> regions = Map.of();
    private @Nullable NetReport lastReport;
    private boolean measuringByHttps;

    /** A newer silence, on another network perhaps, which waits until the measurement over TCP is over. */
    private @Nullable NetReport silentMeanwhile;

    private int home;
    private long downSinceNanos = Deadline.NONE;
    private long patienceNanos = PATIENCE_NANOS;

    /**
     * @param url decides how relays are reached; see {@link RelayTargets}
     * @param lastHome the home of this node when it ran last, 0 for none
     */
    HomeChoice(ControlUrl url, RandomGenerator random, int lastHome, Actions actions) {
        this.url = url;
        this.home = lastHome;
        this.homeRelay = new HomeRelay(random);
        this.actions = actions;
    }

    /** The home region, 0 for none. */
    int home() {
        return home;
    }

    /** Whether the map has no region that may be home: then this node is joined without one. */
    boolean isHopeless() {
        return candidates().isEmpty();
    }

    /** Whether {@link #netInfo} says anything yet. */
    boolean hasNews() {
        return home != 0 || lastReport != null;
    }

    /** What the server is told of the network. */
    NetInfo netInfo() {
        NetReport report = lastReport;
        return report == null
                ? NetInfo.home(home, null)
                : report.withPreferredRegion(home).netInfo();
    }

    /**
     * With one region there is nothing to choose; it is measured all the same, for what STUN tells of this node. The home so far
     * stays until a measurement speaks for another.
     */
    void onMap(DerpMap newMap) {
        map = newMap;
        mapCame = true;
        regions = RelayTargets.of(newMap, url);
        SortedSet<Integer> candidates = candidates();
        if (candidates.size() <= 1 || candidates.contains(home)) {
            use(homeRelay.withoutAnswer(home, candidates));
        } else {
            actions.connect(regions, 0);
        }
        actions.measure(map);
    }

    /** A region may be home when it has a relay that can be dialled, and the map does not forbid it. */
    private SortedSet<Integer> candidates() {
        SortedSet<Integer> candidates = new TreeSet<>();
        for (DerpRegion region : map.allRegions().values()) {
            RelayRegion relays = regions.get(region.regionId());
            boolean reachable = relays != null && !relays.nodes().isEmpty();
            if (reachable && !region.noMeasureNoHome() && !region.avoid()) {
                candidates.add(region.regionId());
            }
        }
        return candidates;
    }

    /** The network was measured by STUN. Silence of the few regions of a light measurement says too little, and of none nothing. */
    void onMeasured(NetReport report) {
        if (!mapCame) {
            return;
        }
        if (report.udp()) {
            judge(report);
        } else if (report.full() && measuringByHttps) {
            silentMeanwhile = report;
        } else if (report.full()) {
            measureByHttps(report);
        }
    }

    private void measureByHttps(NetReport silent) {
        SortedSet<Integer> candidates = candidates();
        if (candidates.isEmpty()) {
            judge(silent);
            return;
        }
        measuringByHttps = true;
        List<RelayRegion> asked = candidates.stream()
                .sorted(Comparator.comparing(region -> region != home))
                .limit(MAX_REGIONS_BY_HTTPS)
                .sorted()
                .map(regions::get)
                .toList();
        actions.measureByHttps(asked, silent);
    }

    /** The regions were measured over TCP, since none had answered STUN; on another network, or before one did, it counts no longer. */
    void onMeasuredByHttps(NetReport report) {
        measuringByHttps = false;
        NetReport newer = silentMeanwhile;
        silentMeanwhile = null;
        if (newer != null) {
            measureByHttps(newer);
        } else if (lastReport == null || lastReport.takenNanos() <= report.startedNanos()) {
            judge(report);
        }
    }

    private void judge(NetReport report) {
        SortedSet<Integer> candidates = candidates();
        SortedSet<Integer> answered = new TreeSet<>(candidates);
        answered.retainAll(report.latencyNanos().keySet());
        answered.remove(home);
        if (downSinceNanos != Deadline.NONE && !answered.isEmpty()) {
            candidates.remove(home);
        }
        lastReport = report;
        use(homeRelay.onReport(report, home, actions.relay().heardNanos(), candidates, map));
        actions.judged(report.withPreferredRegion(home));
        actions.netInfoChanged();
    }

    /** The home relay came up or went down. */
    void onRelayChanged(long nowNanos) {
        RelayStatus relay = actions.relay().relay();
        if (relay == null) {
            downSinceNanos = Deadline.NONE;
        } else if (relay.connected()) {
            downSinceNanos = Deadline.NONE;
            patienceNanos = PATIENCE_NANOS;
        } else if (downSinceNanos == Deadline.NONE) {
            downSinceNanos = nowNanos;
        } else if (nowNanos - downSinceNanos >= patienceNanos) {
            downSinceNanos = nowNanos;
            patienceNanos = Math.min(2 * patienceNanos, MAX_PATIENCE_NANOS);
            onMap(map);
        }
    }

    private void use(int region) {
        actions.connect(regions, region);
        if (region != home) {
            home = region;
            downSinceNanos = Deadline.NONE;
            actions.chosen(region);
            LOG.info("relay: home is region {}", region);
            actions.netInfoChanged();
        }
    }
}
