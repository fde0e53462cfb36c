package pt.sunbeam.netcheck;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import pt.sunbeam.ip.IpEndpoint;
import pt.sunbeam.time.Deadline;

class StunProbesTest {
    private static final IpEndpoint MAPPED = endpoint("203.0.113.5:41641");

    private record Sent(IpEndpoint to, byte[] request, long atNanos) {}

    private final List<Sent> sent = new ArrayList<>();
    private final List<NetReport> reports = new ArrayList<>();
    private long nowNanos = Deadline.seconds(50);
    private final long startNanos = nowNanos;

    private final StunProbes probes = new StunProbes(new Random(1), new StunProbes.Sink() {
        @Override
        public void sendStun(IpEndpoint to, byte[] request) {
            sent.add(new Sent(to, request, nowNanos));
        }

        @Override
        public void done(NetReport report) {
            reports.add(report);
        }
    });

    private static IpEndpoint endpoint(String text) {
        return IpEndpoint.parse(text);
    }

    private static ProbeRegion region(int id, String... v4) {
        return new ProbeRegion(id, endpoints(v4), List.of());
    }

    private static List<IpEndpoint> endpoints(String... texts) {
        return java.util.Arrays.stream(texts).map(StunProbesTest::endpoint).toList();
    }

    private static List<ProbeRegion> regions(int count) {
        List<ProbeRegion> regions = new ArrayList<>();
        for (int id = 1; id <= count; id++) {
            regions.add(region(id, "192.0.2." + id + ":3478"));
        }
        return regions;
    }

    private void start(ProbePlan plan) {
        probes.start(plan, nowNanos);
    }

    private void startFull(ProbeRegion... regions) {
        start(ProbePlan.full(List.of(regions), true, true));
    }

    /** Lets time pass, with every timer at its own instant. */
    private void runUntilMillis(long millis) {
        long untilNanos = startNanos + Deadline.millis(millis);
        while (probes.nextDeadlineNanos() <= untilNanos) {
            nowNanos = Math.max(nowNanos, probes.nextDeadlineNanos());
            probes.onTimer(nowNanos);
        }
        nowNanos = untilNanos;
    }

    private long millis() {
        return (nowNanos - startNanos) / Deadline.MILLI;
    }

    private Sent lastTo(String server) {
        return sent.stream()
                .filter(each -> each.to.equals(endpoint(server)))
                .reduce((a, b) -> b)
                .orElseThrow();
    }

    private void answer(String server, IpEndpoint mapped) {
        respond(lastTo(server).request, mapped, endpoint(server));
    }

    private void respond(byte[] request, IpEndpoint mapped, IpEndpoint source) {
        byte[] response = response(request, mapped);
        byte[] padded = new byte[response.length + 7];
        System.arraycopy(response, 0, padded, 3, response.length);
        probes.onResponse(padded, 3, response.length, source, nowNanos);
    }

    /** A binding success response with MAPPED-ADDRESS (RFC 8489 section 14.1). */
    private static byte[] response(byte[] request, IpEndpoint mapped) {
        HexFormat hex = HexFormat.of();
        String transaction = hex.formatHex(request, 8, 20);
        String address = hex.formatHex(mapped.address().toBytes());
        boolean v6 = mapped.address().v6();
        String value = (v6 ? "0002" : "0001") + "%04x".formatted(mapped.port()) + address;
        return hex.parseHex(
                "0101" + (v6 ? "0018" : "000c") + "2112a442" + transaction + "0001" + (v6 ? "0014" : "0008") + value);
    }

    private NetReport report() {
        assertThat(reports).hasSize(1);
        return reports.getFirst();
    }

    private static long millis(long n) {
        return Deadline.millis(n);
    }

    @Test
    void aRequestIsFortyBytesToTheServer() {
        startFull(region(1, "192.0.2.1:3478"));
        assertThat(sent).hasSize(1);
        assertThat(sent.getFirst().to).isEqualTo(endpoint("192.0.2.1:3478"));
        assertThat(sent.getFirst().request).hasSize(40);
    }

    @Test
    void withoutAnAnswerAllIsOverAfterThreeSecondsAndUdpDoesNotWork() {
        startFull(region(1, "192.0.2.1:3478", "192.0.2.2:3478"));
        runUntilMillis(2_999);
        assertThat(sent)
                .extracting(each -> (each.atNanos - startNanos) / Deadline.MILLI)
                .containsExactly(0L, 100L, 200L);
        assertThat(probes.running()).isTrue();
        runUntilMillis(3_000);
        assertThat(report().udp()).isFalse();
        assertThat(report().latencyNanos()).isEmpty();
        assertThat(report().takenNanos() - report().startedNanos()).isEqualTo(Deadline.seconds(3));
        assertThat(probes.nextDeadlineNanos()).isEqualTo(Deadline.NONE);
    }

    @Test
    void oneServersAnswerEndsAMapOfOneServer() {
        startFull(region(1, "192.0.2.1:3478"));
        runUntilMillis(20);
        answer("192.0.2.1:3478", MAPPED);
        assertThat(report().udp()).isTrue();
        assertThat(report().ipv4()).isTrue();
        assertThat(report().ipv6()).isFalse();
        assertThat(report().globalV4()).isEqualTo(MAPPED);
        assertThat(report().globalV6()).isNull();
        assertThat(report().latencyV4Nanos()).isEqualTo(Map.of(1, millis(20)));
        assertThat(report().mappingVariesByDestination())
                .as("one server cannot tell")
                .isNull();
        assertThat(report().full()).isTrue();
    }

    @Test
    void aLatencyCountsFromTheRequestThatWasAnswered() {
        startFull(region(1, "192.0.2.1:3478"));
        runUntilMillis(130);
        answer("192.0.2.1:3478", MAPPED);
        assertThat(report().latencyNanos()).isEqualTo(Map.of(1, millis(30)));
    }

    @Test
    void aRegionThatAnsweredIsNotAskedAgain() {
        startFull(region(1, "192.0.2.1:3478"), region(2, "192.0.2.2:3478"));
        runUntilMillis(20);
        answer("192.0.2.1:3478", MAPPED);
        runUntilMillis(250);
        assertThat(sent)
                .filteredOn(each -> each.to.equals(endpoint("192.0.2.1:3478")))
                .hasSize(1);
        assertThat(sent)
                .filteredOn(each -> each.to.equals(endpoint("192.0.2.2:3478")))
                .hasSize(3);
    }

    @Test
    void anotherServerOfARegionIsStillAskedWhileTheNatIsUnknown() {
        startFull(region(1, "192.0.2.1:3478", "192.0.2.2:3478"));
        runUntilMillis(20);
        answer("192.0.2.1:3478", MAPPED);
        runUntilMillis(110);
        answer("192.0.2.2:3478", MAPPED);
        assertThat(report().mappingVariesByDestination()).isFalse();
        assertThat(sent).hasSize(2);
    }

    @Test
    void afterThreeRegionsAFullReportWaitsTwiceTheSlowestOfThem() {
        start(ProbePlan.full(regions(5), true, false));
        runUntilMillis(10);
        answer("192.0.2.1:3478", MAPPED);
        answer("192.0.2.2:3478", MAPPED);
        runUntilMillis(30);
        answer("192.0.2.3:3478", MAPPED);
        runUntilMillis(89);
        assertThat(reports).isEmpty();
        runUntilMillis(90);
        assertThat(report().latencyNanos()).containsOnlyKeys(1, 2, 3);
    }

    @Test
    void afterThreeRegionsAnIncrementalReportWaitsAsLongAsTheSlowestOfThem() {
        NetReport last = Reports.stun(Map.of(1, 10L, 2, 10L, 3, 10L), Map.of(), 0);
        start(ProbePlan.incremental(regions(5), true, false, last, 4));
        runUntilMillis(30);
        answer("192.0.2.1:3478", MAPPED);
        answer("192.0.2.2:3478", MAPPED);
        answer("192.0.2.3:3478", MAPPED);
        runUntilMillis(59);
        assertThat(reports).isEmpty();
        runUntilMillis(60);
        assertThat(report().full()).isFalse();
    }

    @Test
    void aRegionThatAnswersWithinThatWaitCounts() {
        start(ProbePlan.full(regions(5), true, false));
        runUntilMillis(30);
        answer("192.0.2.1:3478", MAPPED);
        answer("192.0.2.2:3478", MAPPED);
        answer("192.0.2.3:3478", MAPPED);
        runUntilMillis(80);
        answer("192.0.2.4:3478", MAPPED);
        runUntilMillis(100);
        assertThat(report().latencyNanos()).containsOnlyKeys(1, 2, 3, 4);
        assertThat(report().latencyNanos().get(4)).isEqualTo(millis(80));
        assertThat(millis()).isEqualTo(100);
    }

    @Test
    void thatWaitNeverGoesBeyondThreeSeconds() {
        start(ProbePlan.full(regions(5), true, false));
        runUntilMillis(90);
        answer("192.0.2.1:3478", MAPPED);
        answer("192.0.2.2:3478", MAPPED);
        byte[] first = sent.get(2).request;
        runUntilMillis(2_900);
        respond(first, MAPPED, endpoint("192.0.2.3:3478"));
        runUntilMillis(3_000);
        assertThat(report().takenNanos() - startNanos).isEqualTo(Deadline.seconds(3));
    }

    @Test
    void aSmallMapWithASilentFamilyEndsSoonAfterItsLastRequest() {
        startFull(new ProbeRegion(1, endpoints("192.0.2.1:3478"), endpoints("[2001:db8::1]:3478")));
        runUntilMillis(20);
        answer("192.0.2.1:3478", MAPPED);
        runUntilMillis(239);
        assertThat(reports).isEmpty();
        assertThat(sent).filteredOn(each -> each.to.address().v6()).hasSize(3);
        runUntilMillis(240);
        assertThat(report().ipv6()).isFalse();
    }

    @Test
    void bothFamiliesAreMeasuredApartAndTheSmallerCounts() {
        startFull(new ProbeRegion(1, endpoints("192.0.2.1:3478"), endpoints("[2001:db8::1]:3478")));
        runUntilMillis(20);
        answer("[2001:db8::1]:3478", endpoint("[2001:db8::5]:41641"));
        runUntilMillis(30);
        answer("192.0.2.1:3478", MAPPED);
        assertThat(report().latencyV4Nanos()).isEqualTo(Map.of(1, millis(30)));
        assertThat(report().latencyV6Nanos()).isEqualTo(Map.of(1, millis(20)));
        assertThat(report().latencyNanos()).isEqualTo(Map.of(1, millis(20)));
        assertThat(report().globalV6()).isEqualTo(endpoint("[2001:db8::5]:41641"));
        assertThat(report().osHasIpv6()).isTrue();
    }

    @ParameterizedTest(name = "{0} sees {1}, {2} sees {3}: varies {4}")
    @CsvSource({
        "192.0.2.1:3478, 203.0.113.5:1000, 192.0.2.2:3478, 203.0.113.5:1000, false",
        "192.0.2.1:3478, 203.0.113.5:1000, 192.0.2.2:3478, 203.0.113.5:1001, true",
        "192.0.2.1:3478, 203.0.113.5:1000, 192.0.2.2:3478, 203.0.113.6:1000, true",
        "192.0.2.1:3478, 203.0.113.5:1000, 192.0.2.1:3479, 203.0.113.5:1001, true",
        "192.0.2.1:3478, 203.0.113.5:1000, 192.0.2.1:3479, 203.0.113.5:1000,"
    })
    void twoServersTellWhetherTheMappingVaries(
            String server, String mapped, String otherServer, String otherMapped, Boolean varies) {
        startFull(region(1, server), region(2, otherServer));
        runUntilMillis(10);
        answer(server, endpoint(mapped));
        answer(otherServer, endpoint(otherMapped));
        assertThat(report().mappingVariesByDestination()).isEqualTo(varies);
    }

    @Test
    void theEndpointThatMostServersSawComesFirst() {
        start(ProbePlan.full(regions(4), true, false));
        runUntilMillis(10);
        answer("192.0.2.1:3478", endpoint("203.0.113.9:9"));
        answer("192.0.2.2:3478", MAPPED);
        answer("192.0.2.3:3478", endpoint("203.0.113.9:8"));
        answer("192.0.2.4:3478", MAPPED);
        assertThat(report().mappedV4())
                .as("what one server alone saw is not told")
                .containsExactly(MAPPED);
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource({
        "203.0.113.5:0, PORT_ZERO",
        "0.0.0.0:1, RESERVED_ADDRESS",
        "127.0.0.1:1, RESERVED_ADDRESS",
        "224.0.0.1:1, RESERVED_ADDRESS",
        "255.255.255.255:1, RESERVED_ADDRESS",
        "240.0.0.1:1, RESERVED_ADDRESS",
        "169.254.169.254:1, RESERVED_ADDRESS",
        "169.254.1.1:1, RESERVED_ADDRESS",
        "100.64.0.1:1, RESERVED_ADDRESS",
        "[2001:db8::1]:1, OTHER_FAMILY"
    })
    void aMappedAddressThatCannotBeChangesNothingButACounter(String mapped, ProbeRefusal reason) {
        startFull(region(1, "192.0.2.1:3478"));
        runUntilMillis(10);
        answer("192.0.2.1:3478", endpoint(mapped));
        assertThat(reports).isEmpty();
        assertThat(probes.counters().refused(reason)).isEqualTo(1);
        assertThat(probes.counters().answered()).isZero();
        answer("192.0.2.1:3478", MAPPED);
        assertThat(report().globalV4()).isEqualTo(MAPPED);
    }

    @ParameterizedTest
    @CsvSource({"[::1]:1", "[fe80::1]:1", "[ff02::1]:1", "[fd7a:115c:a1e0::1]:1", "[::]:1"})
    void soDoesOneOfIpv6(String mapped) {
        start(ProbePlan.full(List.of(new ProbeRegion(1, List.of(), endpoints("[2001:db8::1]:3478"))), true, true));
        answer("[2001:db8::1]:3478", endpoint(mapped));
        assertThat(reports).isEmpty();
        assertThat(probes.counters().refused(ProbeRefusal.RESERVED_ADDRESS)).isEqualTo(1);
    }

    @Test
    void aServerOnThisMachineMaySeeTheLoopbackAddress() {
        startFull(region(1, "127.0.0.1:3478"));
        answer("127.0.0.1:3478", endpoint("127.0.0.1:5"));
        assertThat(report().globalV4()).isEqualTo(endpoint("127.0.0.1:5"));
    }

    @Test
    void anAnswerFromAnotherSourceThanAskedChangesNothingButACounter() {
        startFull(region(1, "192.0.2.1:3478"));
        respond(sent.getFirst().request, MAPPED, endpoint("192.0.2.1:3479"));
        respond(sent.getFirst().request, MAPPED, endpoint("192.0.2.9:3478"));
        assertThat(reports).isEmpty();
        assertThat(probes.counters().refused(ProbeRefusal.OTHER_SOURCE)).isEqualTo(2);
        answer("192.0.2.1:3478", MAPPED);
        assertThat(report().udp()).isTrue();
    }

    @Test
    void anAnswerNobodyAskedForARepeatedOneAndALateOneChangeNothingButACounter() {
        startFull(region(1, "192.0.2.1:3478"), region(2, "192.0.2.2:3478"));
        respond(new byte[40], MAPPED, endpoint("192.0.2.1:3478"));
        answer("192.0.2.1:3478", MAPPED);
        answer("192.0.2.1:3478", MAPPED);
        runUntilMillis(3_000);
        answer("192.0.2.2:3478", MAPPED);
        assertThat(report().latencyNanos()).containsOnlyKeys(1);
        assertThat(probes.counters().refused(ProbeRefusal.UNKNOWN_TRANSACTION)).isEqualTo(3);
    }

    @Test
    void bytesThatAreNoResponseChangeNothingButACounter() {
        startFull(region(1, "192.0.2.1:3478"));
        byte[] request = sent.getFirst().request;
        probes.onResponse(request, 0, request.length, endpoint("192.0.2.1:3478"), nowNanos);
        probes.onResponse(new byte[0], 0, 0, endpoint("192.0.2.1:3478"), nowNanos);
        byte[] cut = response(request, MAPPED);
        probes.onResponse(cut, 0, cut.length - 1, endpoint("192.0.2.1:3478"), nowNanos);
        assertThat(probes.counters().refused(ProbeRefusal.UNREADABLE)).isEqualTo(3);
        assertThat(reports).isEmpty();
    }

    @Test
    void withoutAnythingToAskTheReportIsEmptyAndAtOnce() {
        start(ProbePlan.full(List.of(), true, true));
        assertThat(report().udp()).isFalse();
        assertThat(probes.running()).isFalse();
    }

    @Test
    void aNewMeasurementReplacesOneThatRuns() {
        startFull(region(1, "192.0.2.1:3478"));
        byte[] old = sent.getFirst().request;
        startFull(region(2, "192.0.2.2:3478"));
        respond(old, MAPPED, endpoint("192.0.2.1:3478"));
        answer("192.0.2.2:3478", MAPPED);
        assertThat(report().latencyNanos()).containsOnlyKeys(2);
        assertThat(probes.counters().refused(ProbeRefusal.UNKNOWN_TRANSACTION)).isEqualTo(1);
    }

    @Test
    void anAnswerThatArrivedBeforeItsRequestWasStampedTookNoTime() {
        startFull(region(1, "192.0.2.1:3478"));
        byte[] response = response(sent.getFirst().request, MAPPED);
        probes.onResponse(response, 0, response.length, endpoint("192.0.2.1:3478"), nowNanos - 5);
        assertThat(report().latencyNanos()).isEqualTo(Map.of(1, 0L));
    }
}
