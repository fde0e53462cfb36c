package pt.sunbeam.bench.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import pt.sunbeam.bench.Path;

class FailedCellTest {
    @Test
    void aConnectionThatNeverCameNamesItsCellAndTheLoss() {
        Exception failure = new CompletionException(new SocketTimeoutException("Accept timed out"));
        assertThat(FailedCell.of(Path.of(200, 90), "our bbr", failure))
                .hasMessage(
                        "200 ms, 90 %, our bbr: no connection came within 20 s; look at the cell's loss, and at what"
                                + " else this machine does");
    }

    @Test
    void anyOtherFailureSaysWhatTheMachineSaid() {
        Exception failure = new IOException(new IOException("choose bbr: No such file or directory"));
        assertThat(FailedCell.of(Path.of(10, 0), "kernel bbr", failure))
                .hasMessageStartingWith(
                        "10 ms, 0 %, kernel bbr: choose bbr: No such file or directory; look at \"sysctl");
    }
}
