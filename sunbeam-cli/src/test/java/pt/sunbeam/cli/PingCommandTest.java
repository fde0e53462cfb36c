package pt.sunbeam.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;
import pt.sunbeam.failure.FailureCode;
import pt.sunbeam.failure.SunbeamException;
import pt.sunbeam.ipc.IpcError;
import pt.sunbeam.ipc.PingEvent;
import pt.sunbeam.ipc.PingEvent.Ended;
import pt.sunbeam.ipc.PingEvent.Pong;
import pt.sunbeam.ipc.PingEvent.TimedOut;
import pt.sunbeam.ipc.PingEvent.Way;
import pt.sunbeam.ipc.PingRequest;
import pt.sunbeam.json.Json;
import pt.sunbeam.json.JsonObject;

@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class PingCommandTest {
    private static final Pong BY_RELAY = new Pong("db", "100.64.0.2", new Way.Relay(4, "fra"), 34_400);
    private static final Pong DIRECT = new Pong("db", "100.64.0.2", new Way.Direct("203.0.113.5:41641"), 8_600);
    private static final TimedOut LATE = new TimedOut("db", "100.64.0.2");
    private static final PingRequest UNTIL_DIRECT = new PingRequest("db", 10, 5000, true);

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final Console console = new Console(stream(out), stream(err), false);

    private static PrintStream stream(ByteArrayOutputStream to) {
        return new PrintStream(to, true, StandardCharsets.UTF_8);
    }

    private String out() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private String err() {
        return err.toString(StandardCharsets.UTF_8);
    }

    private static Ended ended(int answered, int timedOut, boolean direct) {
        return new Ended("db", "100.64.0.2", answered, timedOut, direct);
    }

    private static List<String> script(PingEvent... events) {
        return Arrays.stream(events)
                .map(e -> Json.line(new JsonObject().put("protocol", 1).put("ping", e.toJson())))
                .toList();
    }

    /** What the command throws over a daemon's {@code answers}, or null when it succeeds. */
    private @Nullable SunbeamException ping(
            PingRequest request, boolean mustBeDirect, boolean json, List<String> answers) throws IOException {
        try (ScriptedDaemon daemon = new ScriptedDaemon(answers)) {
            PingCommand.run(daemon.socket, "local", request, mustBeDirect, json, console);
            return null;
        } catch (SunbeamException e) {
            return e;
        }
    }

    @Test
    void theLinesAreThoseOfTheStockClient() throws Exception {
        assertThat(ping(UNTIL_DIRECT, true, false, script(BY_RELAY, LATE, DIRECT, ended(2, 1, true))))
                .isNull();
        assertThat(out())
                .isEqualTo("pong from db (100.64.0.2) via DERP(fra) in 34ms\n" + "ping db timed out\n"
                        + "pong from db (100.64.0.2) via 203.0.113.5:41641 in 9ms\n");
        assertThat(err()).isEmpty();
    }

    @Test
    void aRegionWithoutACodeIsItsNumberAndLessThanAMillisecondHasTenths() {
        assertThat(PingText.line(new Pong("db", "100.64.0.2", new Way.Relay(900, ""), 440)))
                .isEqualTo("pong from db (100.64.0.2) via DERP(900) in 0.4ms");
    }

    @Test
    void aNameCannotMoveTheCursor() {
        assertThat(PingText.line(new TimedOut("d\u001b[31mb", "100.64.0.2"))).isEqualTo("ping d?[31mb timed out");
    }

    @Test
    void onlyRelayPongsAreANoteUnlessADirectOneWasAskedFor() throws Exception {
        List<String> answers = script(BY_RELAY, ended(1, 0, false));
        assertThat(ping(UNTIL_DIRECT, false, false, answers)).isNull();
        assertThat(err())
                .isEqualTo("sunbeam: direct connection not established: db answers through a relay\n"
                        + "  next: sunbeam netcheck shows what this network allows\n");

        SunbeamException failure = ping(UNTIL_DIRECT, true, false, answers);
        assertThat(failure).hasMessage("direct connection not established");
        assertThat(failure.code().exitCode()).isEqualTo(1);
    }

    @Test
    void whoWantsToGoOnAfterADirectPongHearsNothingOfItsAbsence() throws Exception {
        PingRequest goOn = new PingRequest("db", 1, 5000, false);
        assertThat(ping(goOn, false, false, script(BY_RELAY, ended(1, 0, false))))
                .isNull();
        assertThat(err()).isEmpty();
    }

    @Test
    void whenNothingAnsweredTheTargetIsUnreachable() throws Exception {
        SunbeamException failure = ping(UNTIL_DIRECT, false, false, script(LATE, ended(0, 1, false)));
        assertThat(out()).isEqualTo("ping db timed out\n");
        assertThat(failure).hasMessage("no reply from db (100.64.0.2)");
        assertThat(failure.code().exitCode()).isEqualTo(7);
    }

    @Test
    void aRefusalOfTheDaemonIsItsOwnSentenceAndCode() throws Exception {
        IpcError refusal = new IpcError(FailureCode.TARGET_UNREACHABLE, "no peer is called \"db\"", "sunbeam status");
        String answer = Json.line(new JsonObject().put("protocol", 1).put("error", refusal.toJson()));
        SunbeamException failure = ping(UNTIL_DIRECT, false, false, List.of(answer));
        assertThat(failure).hasMessage("no peer is called \"db\"");
        assertThat(failure.code()).isEqualTo(FailureCode.TARGET_UNREACHABLE);
    }

    @Test
    void aDaemonThatStopsOrIsOfAnotherVersionIsAClearSentence() throws Exception {
        assertThat(ping(UNTIL_DIRECT, false, false, script(BY_RELAY)))
                .hasMessage("the daemon was stopped before the pings were over");
        String foreign = "{\"protocol\":1,\"ping\":{\"event\":\"echo\"}}";
        assertThat(ping(UNTIL_DIRECT, false, false, List.of(foreign)))
                .hasMessage("the daemon speaks another version of the control socket (1)");
    }

    @Test
    void withoutADaemonItIsNine() {
        SunbeamException failure = catchThrowableOfType(
                SunbeamException.class,
                () -> PingCommand.run(Path.of("/nowhere/s"), "local", UNTIL_DIRECT, false, false, console));
        assertThat(failure).hasMessage("no daemon runs for the context \"local\"");
        assertThat(failure.advice()).isEqualTo("sunbeam connect");
        assertThat(failure.code().exitCode()).isEqualTo(9);
    }

    @Test
    void forProgramsThereIsAnObjectALineAndTheEndIsOneToo() throws Exception {
        ping(UNTIL_DIRECT, false, true, script(BY_RELAY, DIRECT, LATE, ended(2, 1, true)));
        assertThat(out().lines())
                .containsExactly(
                        "{\"event\":\"pong\",\"peer\":\"db\",\"address\":\"100.64.0.2\",\"via\":\"relay\","
                                + "\"region\":4,\"relay\":\"fra\",\"roundTripMicros\":34400}",
                        "{\"event\":\"pong\",\"peer\":\"db\",\"address\":\"100.64.0.2\",\"via\":\"direct\","
                                + "\"endpoint\":\"203.0.113.5:41641\",\"roundTripMicros\":8600}",
                        "{\"event\":\"timeout\",\"peer\":\"db\",\"address\":\"100.64.0.2\"}",
                        "{\"event\":\"end\",\"peer\":\"db\",\"address\":\"100.64.0.2\",\"answered\":2,\"timedOut\":1,"
                                + "\"direct\":true}");
    }

    @Test
    void theRequestIsOneLineWithAllThatWasAskedFor() throws Exception {
        try (ScriptedDaemon daemon = new ScriptedDaemon(script(DIRECT, ended(1, 0, true)))) {
            PingCommand.run(daemon.socket, "local", UNTIL_DIRECT, false, false, console);
            assertThat(daemon.request.get())
                    .isEqualTo("{\"protocol\":1,\"request\":\"ping\",\"peer\":\"db\",\"count\":10,"
                            + "\"timeoutMillis\":5000,\"untilDirect\":true}");
        }
    }

    // ---- the command line ----

    private PingCommand parsed(String... args) {
        CommandLine line = CommandLineEntry.commandLine(console);
        line.parseArgs(Stream.concat(Stream.of("ping"), Arrays.stream(args)).toArray(String[]::new));
        return line.getSubcommands().get("ping").getCommand();
    }

    @Test
    void untilDirectIsWhatItDoesAndADirectPongIsDemandedOnlyWhenItIsTyped() {
        assertThat(parsed("db").request()).isEqualTo(UNTIL_DIRECT);
        assertThat(parsed("db").mustBeDirect()).isFalse();
        for (PingCommand typed : List.of(
                parsed("--until-direct", "db"), parsed("db", "--until-direct"), parsed("--until-direct=true", "db"))) {
            assertThat(typed.request()).isEqualTo(UNTIL_DIRECT);
            assertThat(typed.mustBeDirect()).isTrue();
        }
        PingCommand goOn = parsed("-c", "3", "--until-direct=false", "--timeout", "500ms", "db");
        assertThat(goOn.request()).isEqualTo(new PingRequest("db", 3, 500, false));
        assertThat(goOn.mustBeDirect()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "ping",
        "ping db ci",
        "ping -c 0 db",
        "ping -c 100001 db",
        "ping -c many db",
        "ping --timeout 0 db",
        "ping --timeout 61s db",
        "ping --until-direct=maybe db"
    })
    void aLineThatCannotBeUnderstoodIsTwo(String line) {
        assertThat(CommandLineEntry.run(line.split(" "), console)).isEqualTo(2);
        assertThat(err()).startsWith("sunbeam: ").contains("next: sunbeam ping --help");
    }
}
