package pt.sunbeam.bench.kernel;

import java.io.IOException;
import java.util.Locale;
import pt.sunbeam.bench.BulkSource;
import pt.sunbeam.netstack.tcp.CongestionControl;
import pt.sunbeam.netstack.tcp.ConnectOptions;
import pt.sunbeam.sim.tun.KernelSocket;

/** Who sends to the kernel on the far side. */
enum Sender {
    KERNEL_CUBIC,
    KERNEL_BBR,
    OUR_CUBIC,
    OUR_BBR;

    String option() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    String title() {
        return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    boolean isOurs() {
        return this == OUR_CUBIC || this == OUR_BBR;
    }

    /** The kernel's name of the controller. */
    String controllerName() {
        return this == KERNEL_CUBIC || this == OUR_CUBIC ? "cubic" : "bbr";
    }

    CongestionControl controller() {
        return this == KERNEL_CUBIC || this == OUR_CUBIC ? CongestionControl.CUBIC : CongestionControl.BBR;
    }

    /** Sends from the near side without end, until the far side resets the connection. */
    void start(Testbed bed, int port) throws IOException, InterruptedException {
        if (isOurs()) {
            startOn(bed.ours(controller()), port);
            return;
        }
        pourInBackground(bed.connectNear(controllerName(), port));
    }

    /** Sends from a socket of a kernel's without end, until the other side resets the connection. */
    static void pourInBackground(KernelSocket socket) {
        Thread.ofPlatform().name("kernel-sender").daemon().start(() -> pour(socket));
    }

    /** Sends on one more connection of {@code host}. */
    static void startOn(StackHost host, int port) throws IOException {
        var target = Testbed.farEndpoint(port);
        host.execute(() -> host.stack().connect(target, ConnectOptions.DEFAULT, new BulkSource(), System.nanoTime()));
    }

    private static void pour(KernelSocket socket) {
        byte[] bytes = new byte[65536];
        try (socket) {
            while (!Thread.currentThread().isInterrupted()) {
                socket.write(bytes, 0, bytes.length);
            }
        } catch (IOException e) {
            // The reset by which the receiver says that its time is over.
        }
    }
}
