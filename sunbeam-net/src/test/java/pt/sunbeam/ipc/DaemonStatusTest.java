package pt.sunbeam.ipc;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import pt.sunbeam.failure.FailureCode;
import pt.sunbeam.ipc.DaemonStatus.ForwardStatus;
import pt.sunbeam.ipc.DaemonStatus.PeerStatus;
import pt.sunbeam.ipc.DaemonStatus.RelayStatus;
import pt.sunbeam.json.Json;
import pt.sunbeam.json.JsonObject;

class DaemonStatusTest {
    private static final IpcError ERROR = new IpcError(FailureCode.PORT_TAKEN, "it \"failed\"", "try\nagain");

    static Stream<DaemonState> states() {
        return Stream.of(
                new DaemonState.Starting(),
                new DaemonState.Connecting(),
                new DaemonState.Handshaking(),
                new DaemonState.Registering(),
                new DaemonState.LoginNeeded("https://control.example.com/a/1"),
                new DaemonState.ApprovalNeeded(),
                new DaemonState.RelayConnecting(ERROR),
                new DaemonState.Running(),
                new DaemonState.Reconnecting(3, ERROR, 1500),
                new DaemonState.ShuttingDown(),
                new DaemonState.Stopped(),
                new DaemonState.Failed(ERROR));
    }

    private static DaemonStatus status(DaemonState state, RelayStatus relay) {
        return new DaemonStatus(
                state,
                42,
                "1.0",
                "local",
                "https://control.example.com",
                "me",
                "me-1",
                "me-1.tail.example.com",
                List.of("/etc/ca.pem"),
                true,
                7,
                List.of("100.64.0.1", "fd7a::1"),
                relay,
                List.of(
                        new PeerStatus("db", List.of("100.64.0.2"), true, "", "relay fra", 1, 2, 3),
                        new PeerStatus("ci", List.of(), null, "2026-01-01T00:00:00Z", "-", 0, 0, -1),
                        new PeerStatus("off", List.of(), false, "", "-", 0, 0, -1)),
                List.of(new ForwardStatus(
                        "127.0.0.1:80", "db:80", 1, "db:80 refused the connection", "no peer is called \"db\"")),
                List.of("the relay is ill"),
                new JsonObject().put("drops", 9L));
    }

    @ParameterizedTest
    @MethodSource("states")
    void everyStateSurvivesTheSocket(DaemonState state) {
        DaemonStatus sent = status(state, new RelayStatus(900, "home", true));
        String line = Json.line(sent.toJson());
        DaemonStatus got = DaemonStatus.fromJson(Json.parseObject(line));

        assertThat(line).doesNotContain("\n");
        assertThat(got.state()).isEqualTo(state);
        assertThat(got.peers()).isEqualTo(sent.peers());
        assertThat(got.forwards()).isEqualTo(sent.forwards());
        assertThat(got.relay()).isEqualTo(sent.relay());
        assertThat(Json.line(got.toJson())).isEqualTo(line);
    }

    @Test
    void everyKindOfStateIsTested() {
        assertThat(states().map(Object::getClass).distinct().count())
                .isEqualTo(DaemonState.class.getPermittedSubclasses().length);
        assertThat(states().map(DaemonState::wireName).distinct().count()).isEqualTo(states().count());
    }

    @Test
    void beforeARelayIsChosenThereIsNone() {
        JsonObject json = status(new DaemonState.Connecting(), null).toJson();
        assertThat(json.has("derpHome")).isFalse();
        assertThat(DaemonStatus.fromJson(json).relay()).isNull();
    }

    @Test
    void aStateNobodyKnowsIsNoStatus() {
        assertThat(DaemonStatus.fromJson(new JsonObject().put("state", "dreaming")))
                .isNull();
        assertThat(DaemonStatus.fromJson(new JsonObject())).isNull();
        assertThat(DaemonStatus.fromJson(new JsonObject().put("state", 5))).isNull();
    }

    @Test
    void anAbsentErrorReadsAsAGeneralOne() {
        DaemonState state = DaemonState.readFrom(new JsonObject().put("state", "error"));
        assertThat(state).isEqualTo(new DaemonState.Failed(IpcError.fromJson(null)));
        assertThat(IpcError.fromJson(new JsonObject().put("code", "unheard of")).code())
                .isEqualTo(FailureCode.GENERAL);
    }
}
