package pt.sunbeam.sim.emulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.ThrowingSupplier;
import pt.sunbeam.sim.tun.NetworkNamespace;
import pt.sunbeam.sim.tun.TunDevice;

/** The namespaces of the link emulator; needs root and TUN devices. */
class EmulatorEndTest {
    private static final String NAME = "sunbeam-test-" + ProcessHandle.current().pid();

    @BeforeEach
    void theMachineHasWhatThisNeeds() {
        String missing = TunDevice.missing();
        assumeTrue(missing.isEmpty(), () -> "needs " + missing);
    }

    /** The namespace is the thread's, so each opening has a thread of its own. */
    private static <T> T inThread(ThrowingSupplier<T> work) throws Exception {
        FutureTask<T> task = new FutureTask<>(() -> {
            try {
                return work.get();
            } catch (Exception | Error e) {
                throw e;
            } catch (Throwable e) {
                throw new IllegalStateException(e);
            }
        });
        Thread.ofPlatform().start(task).join();
        return task.get();
    }

    private static String failure(int mtuBytes) throws Exception {
        return inThread(() -> {
            try (EmulatorEnd end = EmulatorEnd.open(NAME, 1, mtuBytes)) {
                return "opened " + end.name();
            } catch (IOException e) {
                return String.valueOf(e.getMessage());
            }
        });
    }

    @Test
    void aNamespaceLastsAsLongAsItsEnd() throws Exception {
        try (EmulatorEnd end = inThread(() -> EmulatorEnd.open(NAME, 1, 1500))) {
            assertThat(NetworkNamespace.exists(end.name())).isTrue();
        }
        assertThat(NetworkNamespace.exists(NAME)).isFalse();
    }

    @Test
    void aStartThatFailsLeavesNoNamespace() throws Exception {
        assertThat(failure(1)).startsWith("ip link set emu0 mtu 1 ");
        assertThat(NetworkNamespace.exists(NAME)).isFalse();
    }

    @Test
    void aSecondEmulatorIsToldToChooseOtherNamesAndTakesNothingAway() throws Exception {
        try (EmulatorEnd end = inThread(() -> EmulatorEnd.open(NAME, 1, 1500))) {
            assertThat(failure(1500)).isEqualTo("another link-emulator uses " + NAME + "; choose --left and --right");
            assertThat(NetworkNamespace.exists(end.name())).isTrue();
        }
    }
}
