package pt.sunbeam.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.Test;
import pt.sunbeam.ipc.DaemonState;
import pt.sunbeam.time.Ticker;

class StatusBoardTest {
    private final StatusBoard board = new StatusBoard(
            new DaemonSettings("test", "0", "https://hs.example.com", "", "me", List.of(), List.of(), false),
            Ticker.system(),
            InstantSource.system(),
            () -> {});

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
