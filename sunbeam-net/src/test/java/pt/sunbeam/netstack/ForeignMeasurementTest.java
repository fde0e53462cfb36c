package pt.sunbeam.netstack;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import pt.sunbeam.ip.IpAddress;
import pt.sunbeam.ip.IpEndpoint;
import pt.sunbeam.json.Json;
import pt.sunbeam.json.JsonObject;
import pt.sunbeam.netstack.tcp.CongestionControl;
import pt.sunbeam.netstack.tcp.ConnectOptions;
import pt.sunbeam.netstack.tcp.TcpConfig;
import pt.sunbeam.netstack.tcp.TcpEvents;
import pt.sunbeam.time.Deadline;

/** iperf3 measures itself through two of our connections: its client speaks to us, and we to its server. */
class ForeignMeasurementTest {
    private static final int PORT = 5201;
    private static final long BYTES = 16 << 20;

    /** A sender may do so many blocks of 128 KiB too much before it looks at its count. */
    private static final long OVERSHOOT_BYTES = 10 << 17;

    /** What opens each of iperf3's connections: 36 characters and a zero. */
    private static final int COOKIE_BYTES = 37;

    private final List<RelayedConnection> relayed = new CopyOnWriteArrayList<>();
    private boolean theEndWaits;

    @TempDir
    Path clientFolder;

    @TempDir
    Path serverFolder;

    @BeforeEach
    void begin() {
        KernelBed.needs("iperf3");
    }

    @ParameterizedTest
    @CsvSource({"4,cubic,CUBIC", "4,bbr,BBR", "6,cubic,BBR", "6,bbr,CUBIC"})
    void iperfsServerReceivesWhatItsClientSends(int family, String theirs, CongestionControl ours) throws Exception {
        theEndWaits = true;
        try (KernelBed bed = bed(ours);
                KernelProgram server = server(bed, family);
                KernelProgram client = client(bed, family, "-C", theirs)) {
            awaitOnLoop(bed, () -> relayed.size() == 2 && relayed.getFirst().isHolding());
            KernelBed.await(() -> KernelBed.succeeds(() -> nothingWaits(bed, "dport")));
            awaitOnLoop(bed, () -> data().isFarServed());
            KernelBed.await(() -> KernelBed.succeeds(() -> nothingWaits(bed, "sport")));
            bed.onLoop(() -> relayed.getFirst().hold(false));
            client.awaitSuccess();
            assertThat(server.isRunning()).isTrue();
            awaitEnds();
            long carried = data().carriedFromNear() - COOKIE_BYTES;
            assertThat(carried).isBetween(BYTES, BYTES + OVERSHOOT_BYTES);
            judge(theirs, carried, carried);
        }
    }

    @ParameterizedTest
    @CsvSource({"4,cubic,BBR", "4,bbr,CUBIC", "6,cubic,CUBIC", "6,bbr,BBR"})
    void iperfsClientReceivesWhatItsServerSends(int family, String theirs, CongestionControl ours) throws Exception {
        try (KernelBed bed = bed(ours);
                KernelProgram server = server(bed, family);
                KernelProgram client = client(bed, family, "-C", theirs, "-R")) {
            client.awaitSuccess();
            assertThat(server.isRunning()).isTrue();
            awaitEnds();
            long carried = data().carriedFromFar();
            assertThat(carried).isEqualTo(BYTES);
            judge(theirs, carried + data().surplusFromFar(), carried);
        }
    }

    private static KernelBed bed(CongestionControl controller) throws Exception {
        return new KernelBed(StackConfig.DEFAULT.withTcp(TcpConfig.DEFAULT.withCongestionControl(controller)));
    }

    /** iperf3's server, and a listener of ours through which it is reached. */
    private KernelProgram server(KernelBed bed, int family) throws Exception {
        KernelProgram server = KernelProgram.start(bed, serverFolder, "iperf3", "-s", "-p", "" + PORT);
        bed.awaitListener(PORT);
        IpEndpoint target = new IpEndpoint(IpAddress.of(KernelBed.kernelAddress(family)), PORT);
        bed.listenForMany(PORT, c -> accept(bed.stack, target));
        return server;
    }

    private KernelProgram client(KernelBed bed, int family, String... more) throws Exception {
        String target = KernelBed.ours(family).toInetAddress().getHostAddress();
        List<String> command =
                new ArrayList<>(List.of("iperf3", "-c", target, "-p", "" + PORT, "-n", "" + BYTES, "--json"));
        command.addAll(List.of(more));
        return KernelProgram.start(bed, clientFolder, command.toArray(String[]::new));
    }

    /**
     * The first connection is iperf3's control connection, the second its data. iperf3 3.12 ends inexactly: its server stops
     * counting when the client tells it the end, also when data still waits to be read, so that the end has to wait for the
     * data; and its server sends until it is told the end, so that what is too much for the client has to stay here.
     */
    private TcpEvents accept(Stack stack, IpEndpoint target) {
        RelayedConnection relay = new RelayedConnection(
                far -> stack.connect(target, ConnectOptions.DEFAULT, far, System.nanoTime()),
                relayed.isEmpty() ? Long.MAX_VALUE : BYTES);
        relayed.add(relay);
        if (theEndWaits && relayed.size() == 2) {
            relayed.getFirst().hold(true);
        }
        return relay.near();
    }

    private RelayedConnection data() {
        return relayed.get(1);
    }

    private static void awaitOnLoop(KernelBed bed, BooleanSupplier condition) throws InterruptedException {
        KernelBed.await(() -> KernelBed.succeeds(() -> {
            CompletableFuture<Boolean> holds = new CompletableFuture<>();
            bed.onLoop(() -> holds.complete(condition.getAsBoolean()));
            return holds.get(10, TimeUnit.SECONDS);
        }));
    }

    /**
     * True when no socket of the kernel's on that side holds bytes that are not acknowledged, or not read.
     *
     * @param side "dport" for the client's sockets, "sport" for the server's
     */
    private static boolean nothingWaits(KernelBed bed, String side) throws Exception {
        return bed.run("ss -Htn state established " + side + " = :" + PORT)
                .lines()
                .allMatch(line -> line.matches("0 +0 .*"));
    }

    private void awaitEnds() throws InterruptedException {
        KernelBed.await(() -> relayed.stream().allMatch(RelayedConnection::isClosed));
    }

    /** iperf3 says what our two connections of the data carried, to the byte. */
    private void judge(String controller, long sent, long received) throws Exception {
        JsonObject verdict = Json.parseObject(Files.readString(clientFolder.resolve("printed")));
        assertThat(verdict.text("error")).isNull();
        JsonObject end = verdict.object("end");
        assertThat(end.object("sum_sent").number("bytes", -1)).isEqualTo(sent);
        assertThat(end.object("sum_received").number("bytes", -1)).isEqualTo(received);
        assertThat(end.text("sender_tcp_congestion")).isEqualTo(controller);
        assertThat(data().silence.longestNanos()).isLessThan(Deadline.SECOND);
    }
}
