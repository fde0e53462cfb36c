package pt.sunbeam.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.Test;
import pt.sunbeam.config.ForwardSpec;
import pt.sunbeam.ipc.DaemonState;
import pt.sunbeam.ipc.DaemonStatus.ForwardStatus;
import pt.sunbeam.time.Ticker;

class StatusBoardTest {
    private static final DaemonSettings SETTINGS = new DaemonSettings(
            "local",
            "0",
            "https://hs.example.com",
            "",
            "vm",
            List.of("/etc/ca.pem"),
            List.of(ForwardSpec.parse("17000:nope:7000")),
            true);

    private final StatusBoard board = new StatusBoard(SETTINGS, Ticker.system(), InstantSource.system(), () -> {});

    @Test
    void whatADaemonWasAskedForIsShownFromItsFirstMoment() {
        assertThat(board.status().state()).isEqualTo(new DaemonState.Starting());
        assertThat(board.status().caFiles()).containsExactly("/etc/ca.pem");
        assertThat(board.status().portMapping()).isTrue();
        assertThat(board.status().forwards())
                .containsExactly(new ForwardStatus("127.0.0.1:17000", "nope:7000", 0, "", ""));
    }

    @Test
    void theNameThatTheServerGaveIsShownBesideTheOneAskedFor() {
        assertThat(board.status().name()).isEmpty();
        board.setNetmap(PingMaps.map());
        assertThat(board.status().hostname()).isEqualTo("vm");
        assertThat(board.status().name()).isEqualTo("me");
        assertThat(board.status().fullName()).isEqualTo("me.tail.test");
    }

    @Test
    void aForwardToAPeerThatTheMapDoesNotKnowSaysSoBeforeItIsUsed() {
        board.setNetmap(PingMaps.map());
        assertThat(board.status().forwards())
                .extracting(ForwardStatus::problem)
                .containsExactly("no peer is called \"nope\"");
    }

    @Test
    void theStateIsNeverNewerThanTheRelayThatIsShownWithIt() {
        board.setEngine(() -> {
            board.setState(new DaemonState.Running());
            return EngineSnapshot.EMPTY;
        });
        assertThat(board.status().state()).isEqualTo(new DaemonState.Starting());
        assertThat(board.status().state()).isEqualTo(new DaemonState.Running());
    }
}
