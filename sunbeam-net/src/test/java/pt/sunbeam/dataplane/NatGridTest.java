package pt.sunbeam.dataplane;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.StringJoiner;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import pt.sunbeam.time.Deadline;

/** Two whole nodes in every pair of networks: which of them talk directly, how soon, and what the others cost. */
class NatGridTest {
    private static final Path DOCUMENT = Path.of("../docs/direct-paths.md");
    private static final long SOON_NANOS = Deadline.seconds(3);

    /** Networks from which nothing that another network needs is kept away. */
    private static final Set<Site> EASY = EnumSet.of(
            Site.OPEN,
            Site.ENDPOINT_INDEPENDENT,
            Site.ADDRESS_RESTRICTED,
            Site.PORT_RESTRICTED,
            Site.DOUBLE_NAT,
            Site.DUAL_STACK);

    /** Networks that let in a sender whose port nobody could know before. */
    private static final Set<Site> LETS_UNKNOWN_PORTS_IN =
            EnumSet.of(Site.OPEN, Site.ENDPOINT_INDEPENDENT, Site.ADDRESS_RESTRICTED);

    static Stream<Arguments> pairs() {
        return Stream.of(Site.values()).flatMap(from -> Stream.of(Site.values()).map(to -> Arguments.of(from, to)));
    }

    /** What RFC 4787 lets expect: who can be reached at an endpoint that can be known before. */
    private static boolean canBeDirect(Site from, Site to) {
        if (from == Site.IPV6_ONLY || to == Site.IPV6_ONLY) {
            return hasIpv6(from) && hasIpv6(to);
        }
        if (from == Site.UDP_BLOCKED || to == Site.UDP_BLOCKED) {
            return false;
        }
        return EASY.contains(from) && EASY.contains(to)
                || from == Site.SYMMETRIC && LETS_UNKNOWN_PORTS_IN.contains(to)
                || to == Site.SYMMETRIC && LETS_UNKNOWN_PORTS_IN.contains(from);
    }

    private static boolean hasIpv6(Site site) {
        return site == Site.IPV6_ONLY || site == Site.DUAL_STACK;
    }

    /** Two nodes that have talked for a while. */
    private static final class Pair {
        final SimTailnet tailnet;
        final SimNode a;
        final SimNode b;
        final Conversation talk;
        final long startNanos;

        Pair(Site from, Site to, long seed) {
            tailnet = new SimTailnet(seed);
            a = tailnet.add(1, from);
            b = tailnet.add(2, to);
            tailnet.run(Deadline.seconds(10));
            startNanos = tailnet.clock.nowNanos();
            talk = new Conversation(tailnet, a, b, 80);
            tailnet.run(Deadline.seconds(6));
        }

        boolean isDirect() {
            return a.directSinceNanos != Deadline.NONE && b.directSinceNanos != Deadline.NONE;
        }

        long untilDirectNanos() {
            return Math.max(a.directSinceNanos, b.directSinceNanos) - startNanos;
        }

        int sent() {
            return a.datagramsSent + b.datagramsSent + a.discoRelayed + b.discoRelayed;
        }

        void mark() {
            a.mark();
            b.mark();
        }
    }

    /** What a pair came to: when both sent directly alone, {@link Deadline#NONE} when they did not. */
    private static long untilDirectNanos(Site from, Site to, long seed) {
        Pair pair = new Pair(from, to, seed);
        pair.talk.arrivesWhole(Deadline.seconds(2));
        return pair.isDirect() ? pair.untilDirectNanos() : Deadline.NONE;
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void eachPairFindsTheDirectPathThatThereCanBeWithinThreeSeconds(Site from, Site to) {
        long nanos = untilDirectNanos(from, to, 1);
        assertThat(nanos != Deadline.NONE).as("direct").isEqualTo(canBeDirect(from, to));
        if (nanos != Deadline.NONE) {
            assertThat(nanos).isLessThanOrEqualTo(SOON_NANOS);
        }
    }

    @Test
    void theTimeDoesNotHangOnASeed() {
        for (long seed = 2; seed <= 12; seed++) {
            assertThat(untilDirectNanos(Site.PORT_RESTRICTED, Site.PORT_RESTRICTED, seed))
                    .as("seed %d", seed)
                    .isLessThanOrEqualTo(SOON_NANOS);
            assertThat(untilDirectNanos(Site.SYMMETRIC, Site.ADDRESS_RESTRICTED, seed))
                    .as("seed %d", seed)
                    .isLessThanOrEqualTo(SOON_NANOS);
        }
    }

    @Test
    void theTableInTheDocumentationIsWhatTheGridGives() throws IOException {
        String table = table();
        assertThat(Files.readString(DOCUMENT))
                .as("the table should be\n%s", table)
                .contains(table);
    }

    private static String table() {
        Map<String, Boolean> direct = new HashMap<>();
        StringBuilder table = new StringBuilder(row("| |", Site.values()));
        table.append("| --- ".repeat(Site.values().length + 1)).append("|\n");
        for (Site from : Site.values()) {
            StringJoiner cells = new StringJoiner(" | ", "| ", " |\n");
            cells.add("**" + from.title + "**");
            for (Site to : Site.values()) {
                Site first = from.compareTo(to) <= 0 ? from : to;
                Site second = first == from ? to : from;
                cells.add(
                        direct.computeIfAbsent(first + " " + second, _ -> isDirect(first, second))
                                ? "direct"
                                : "relay");
            }
            table.append(cells);
        }
        return table.toString();
    }

    private static boolean isDirect(Site from, Site to) {
        return untilDirectNanos(from, to, 3) != Deadline.NONE;
    }

    private static String row(String first, Site[] sites) {
        StringJoiner cells = new StringJoiner(" | ", first + " ", " |\n");
        for (Site site : sites) {
            cells.add(site.title);
        }
        return cells.toString();
    }

    static Stream<Arguments> pairsWithoutADirectPath() {
        return Stream.of(
                Arguments.of(Site.SYMMETRIC, Site.SYMMETRIC),
                Arguments.of(Site.SYMMETRIC, Site.PORT_RESTRICTED),
                Arguments.of(Site.UDP_BLOCKED, Site.OPEN),
                Arguments.of(Site.OPEN, Site.UDP_BLOCKED),
                Arguments.of(Site.UDP_BLOCKED, Site.UDP_BLOCKED),
                Arguments.of(Site.IPV6_ONLY, Site.OPEN));
    }

    @ParameterizedTest
    @MethodSource("pairsWithoutADirectPath")
    void whereNoPathIsPossibleTheRelayCarriesAllAndProbingStaysRare(Site from, Site to) {
        Pair pair = new Pair(from, to, 1);
        pair.tailnet.run(Deadline.seconds(50));
        pair.mark();
        pair.talk.mark();
        pair.tailnet.run(Deadline.seconds(300));
        assertThat(pair.isDirect()).isFalse();
        assertThat(pair.talk.gapNanos()).isLessThan(Deadline.millis(300));
        int stun = pair.a.stunRequests + pair.b.stunRequests;
        assertThat((pair.sent() - stun) / 5.0).as("disco packets a minute").isLessThanOrEqualTo(60);
        assertThat(stun / 5.0).as("STUN requests a minute").isLessThanOrEqualTo(120);
        pair.talk.arrivesWhole(Deadline.seconds(2));
        pair.tailnet.run(Deadline.seconds(60));
        pair.mark();
        pair.tailnet.run(Deadline.seconds(600));
        assertThat(pair.sent() / 10.0)
                .as("a minute, with a connection that only keeps itself alive")
                .isLessThanOrEqualTo(90);
    }

    static Stream<Arguments> unorderedPairs() {
        return Stream.of(Site.values())
                .flatMap(from -> Stream.of(Site.values())
                        .filter(to -> from.compareTo(to) <= 0)
                        .map(to -> Arguments.of(from, to)));
    }

    @ParameterizedTest
    @MethodSource("unorderedPairs")
    void twoThatHaveNothingToSaySendNothing(Site from, Site to) {
        Pair pair = new Pair(from, to, 4);
        pair.talk.arrivesWhole(Deadline.seconds(2));
        pair.talk.close();
        pair.tailnet.run(Deadline.seconds(90));
        pair.mark();
        pair.tailnet.run(Deadline.seconds(600));
        assertThat(pair.sent()).isZero();
    }
}
