package pt.sunbeam.cli;

import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import pt.sunbeam.config.SunbeamHome;
import pt.sunbeam.failure.FailureCode;
import pt.sunbeam.failure.SunbeamException;
import pt.sunbeam.ipc.IpcClient;
import pt.sunbeam.ipc.PingEvent;
import pt.sunbeam.ipc.PingRequest;
import pt.sunbeam.json.Json;

/**
 * {@code sunbeam ping}, with the lines of the stock client. That one fails when only relays answered; here it does so only
 * when {@code --until-direct} was typed.
 */
@Command(
        name = "ping",
        description = {
            "Pings a peer over every path, once a second, and shows by which it answers.",
            "It stops at the first answer that did not come through a relay."
        })
final class PingCommand implements Callable<Integer> {
    private static final String NOT_DIRECT = "direct connection not established";

    @Parameters(paramLabel = "PEER", description = "a name as status shows it, or an address in the tailnet")
    private String peer = "";

    @Option(names = "-c", paramLabel = "N", description = "ping at most N times (default: 10)")
    private int count = 10;

    @Option(
            names = "--timeout",
            paramLabel = "DURATION",
            converter = DurationText.class,
            description = "how long each ping waits for an answer (default: 5s)")
    private Duration timeout = Duration.ofSeconds(5);

    @Option(
            names = "--until-direct",
            paramLabel = "true|false",
            arity = "0..1",
            fallbackValue = "true",
            description = "fail without a direct answer; with =false go on after one")
    private @Nullable Boolean untilDirect;

    @Option(names = "--json", description = "print one JSON object a line")
    private boolean json;

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public Integer call() {
        PingRequest request = request();
        SunbeamCommand root = SunbeamCommand.root(spec);
        SunbeamHome home = SunbeamHome.fromEnvironment();
        String context = root.context(home);
        run(home.state(context).socket(), context, request, mustBeDirect(), json, root.console);
        return 0;
    }

    boolean mustBeDirect() {
        return Boolean.TRUE.equals(untilDirect);
    }

    PingRequest request() {
        require(!peer.isBlank(), "PEER is empty");
        require(
                count >= 1 && count <= PingRequest.MAX_COUNT,
                "-c takes a number from 1 to " + PingRequest.MAX_COUNT + ", not " + count);
        require(
                timeout.isPositive() && timeout.toMillis() <= PingRequest.MAX_TIMEOUT_MILLIS,
                "--timeout takes a duration of at most " + PingRequest.MAX_TIMEOUT_MILLIS / 1000 + "s, above 0");
        return new PingRequest(peer, count, (int) timeout.toMillis(), !Boolean.FALSE.equals(untilDirect));
    }

    private void require(boolean condition, String otherwise) {
        if (!condition && spec != null) {
            throw new ParameterException(spec.commandLine(), otherwise);
        }
    }

    /**
     * Pings, and prints what comes of it.
     *
     * @param mustBeDirect whether it is a failure when only relays answered
     */
    static void run(
            Path socket, String context, PingRequest request, boolean mustBeDirect, boolean json, Console console) {
        try (IpcClient client = IpcClient.connect(socket)) {
            if (client == null) {
                throw new SunbeamException(
                        FailureCode.DAEMON_NOT_RUNNING,
                        "no daemon runs for the context \"" + context + "\"",
                        "sunbeam connect");
            }
            client.ping(request);
            judge(printed(client, request, json, console), request, mustBeDirect, console);
        }
    }

    private static PingEvent.Ended printed(IpcClient client, PingRequest request, boolean json, Console console) {
        while (true) {
            PingEvent event = client.nextPing(request);
            if (event == null) {
                throw new SunbeamException(
                        FailureCode.GENERAL, "the daemon was stopped before the pings were over", "sunbeam status");
            }
            if (json) {
                console.data(Json.line(event.toJson()));
            } else if (!(event instanceof PingEvent.Ended)) {
                console.data(PingText.line(event));
            }
            if (event instanceof PingEvent.Ended ended) {
                return ended;
            }
        }
    }

    private static void judge(PingEvent.Ended ended, PingRequest request, boolean mustBeDirect, Console console) {
        if (ended.answered() == 0) {
            throw new SunbeamException(
                    FailureCode.TARGET_UNREACHABLE,
                    "no reply from " + ended.peer() + " (" + ended.address() + ")",
                    "see whether it is on, and whether sunbeam status shows it and the relay as connected");
        }
        if (ended.direct() || !request.untilDirect()) {
            return;
        }
        if (mustBeDirect) {
            throw new SunbeamException(
                    FailureCode.GENERAL,
                    NOT_DIRECT,
                    ended.peer() + " answers through a relay; where that is enough, leave out --until-direct");
        }
        console.words(NOT_DIRECT + ": " + Text.printable(ended.peer()) + " answers through a relay");
        console.advice("sunbeam netcheck shows what this network allows");
    }
}
