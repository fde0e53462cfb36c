package pt.sunbeam.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import pt.sunbeam.testkit.NatWorld.Kind;

/** Two of our nodes on hosts of their own, with the kernel's NAT between them: which of them find a direct path. */
@Timeout(value = 240, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class NatNamespaceTest {
    /** Longer than it takes anywhere; the time itself is a figure of docs/direct-paths.md, not of this test. */
    private static final String PATIENCE_SECONDS = "6";

    @TempDir
    static Path folder;

    private static @Nullable NatWorld world;
    private static int names;

    @BeforeAll
    static void aWorld() throws Exception {
        String missing = NatWorld.missing();
        assumeTrue(missing.isEmpty(), () -> "needs " + missing);
        world = new NatWorld(folder);
    }

    @AfterAll
    static void noWorld() throws Exception {
        if (world != null) {
            world.end();
        }
    }

    @AfterEach
    void endPrograms() throws Exception {
        if (world != null) {
            world.endPrograms();
        }
    }

    @ParameterizedTest(name = "{0} to {1}: {2}")
    @CsvSource({
        "OPEN, OPEN, direct",
        "OPEN, EASY, direct",
        "EASY, OPEN, direct",
        "EASY, EASY, direct",
        "OPEN, SYMMETRIC, direct",
        "SYMMETRIC, OPEN, direct",
        "EASY, SYMMETRIC, relay",
        "SYMMETRIC, SYMMETRIC, relay"
    })
    void aStreamFindsTheBestPathThatTheNatsAllowAndNoByteIsLost(Kind client, Kind peer, String expected)
            throws Exception {
        NatWorld here = Objects.requireNonNull(world);
        String peerName = "peer" + ++names;
        NatWorld.answer(here.start(here.host(peer), "peer", here.url(), here.certificate(), peerName), "joined ");
        assertThat(pathFrom(client, peerName)).startsWith(expected);
    }

    @ParameterizedTest(name = "{0} to a stock node that is {1}: {2}")
    @CsvSource({
        "OPEN, OPEN, direct",
        "OPEN, EASY, direct",
        "EASY, OPEN, direct",
        "EASY, EASY, direct",
        "OPEN, SYMMETRIC, direct",
        "SYMMETRIC, OPEN, direct",
        "SYMMETRIC, SYMMETRIC, relay"
    })
    void aStreamToAStockNodeFindsItToo(Kind client, Kind peer, String expected) throws Exception {
        assumeTrue(NatWorld.hasStockClient(), "needs tailscale and tailscaled on the PATH");
        NatWorld here = Objects.requireNonNull(world);
        String peerName = "stock" + ++names;
        String host = here.host(peer);
        NatWorld.answer(here.start(host, "echo"), "listening");
        here.startStock(host, peerName);
        assertThat(pathFrom(client, peerName)).startsWith(expected);
    }

    private static String pathFrom(Kind client, String peerName) throws Exception {
        NatWorld here = Objects.requireNonNull(world);
        String name = "client" + names;
        BufferedReader program = here.start(
                here.host(client), "client", here.url(), here.certificate(), name, peerName, PATIENCE_SECONDS);
        NatWorld.answer(program, "joined ");
        return NatWorld.answer(program, "");
    }
}
