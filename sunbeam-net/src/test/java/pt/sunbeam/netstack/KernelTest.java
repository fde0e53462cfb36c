package pt.sunbeam.netstack;

import java.net.InetAddress;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import pt.sunbeam.ip.IpAddress;

/** A test with one {@link KernelBed} of the default configuration for each method. */
abstract class KernelTest {
    static final IpAddress OURS_4 = KernelBed.ours(4);
    static final IpAddress OURS_6 = KernelBed.ours(6);

    KernelBed bed;
    Stack stack;
    ExecutorService kernelSide;

    @BeforeEach
    void begin() throws Exception {
        KernelBed.needs();
        bed = new KernelBed(StackConfig.DEFAULT);
        stack = bed.stack;
        kernelSide = bed.kernelSide;
    }

    @AfterEach
    void end() {
        if (bed != null) {
            bed.close();
        }
    }

    /** Runs in the thread that lives in the namespace. */
    <T> T in(Callable<T> work) throws Exception {
        return bed.in(work);
    }

    void onLoop(Runnable command) {
        bed.onLoop(command);
    }

    static InetAddress kernelAddress(int family) throws Exception {
        return KernelBed.kernelAddress(family);
    }

    static IpAddress ours(int family) {
        return KernelBed.ours(family);
    }

    static void await(BooleanSupplier condition) throws InterruptedException {
        KernelBed.await(condition);
    }
}
