package pt.sunbeam.sim.emulator;

import java.io.IOException;
import java.net.NetworkInterface;
import java.util.List;
import pt.sunbeam.sim.tun.NetworkNamespace;
import pt.sunbeam.sim.tun.TunDevice;

/**
 * One end of the emulated link: a namespace with a name, and the device in it. A start that fails takes away what it made,
 * and so does {@link #close}.
 */
record EmulatorEnd(String name, boolean made, TunDevice device) implements AutoCloseable {
    private static final String DEVICE = "emu0";

    /**
     * Moves the calling thread into the namespace {@code name}, which is made when it is not there, and makes the device.
     *
     * @param number 1 or 2, the host's number in the addresses of both families
     * @throws IOException also when another emulator is there
     */
    static EmulatorEnd open(String name, int number, int mtuBytes) throws IOException, InterruptedException {
        boolean make = !NetworkNamespace.exists(name);
        boolean open = false;
        try {
            if (make) {
                NetworkNamespace.run("ip netns add " + name);
            }
            NetworkNamespace.enter(name);
            EmulatorEnd end = new EmulatorEnd(name, make, device(name, number, mtuBytes));
            open = true;
            return end;
        } finally {
            // "ip netns add" may fail, or be interrupted, with half of its work done.
            if (!open && make && NetworkNamespace.exists(name)) {
                delete(name);
            }
        }
    }

    private static TunDevice device(String name, int number, int mtuBytes) throws IOException, InterruptedException {
        if (NetworkInterface.getByName(DEVICE) != null) {
            throw new IOException("another link-emulator uses " + name + "; choose --left and --right");
        }
        TunDevice device = TunDevice.open(DEVICE);
        boolean ready = false;
        try {
            for (String command : List.of(
                    "ip link set lo up",
                    "ip link set emu0 mtu " + mtuBytes + " txqueuelen 10000 up",
                    "ip addr add 10.99.0." + number + "/24 dev emu0",
                    "ip addr add fd99::" + number + "/64 dev emu0 nodad")) {
                NetworkNamespace.run(command);
            }
            ready = true;
            return device;
        } finally {
            if (!ready) {
                device.close();
            }
        }
    }

    @Override
    public void close() throws IOException {
        device.close();
        if (made) {
            delete(name);
        }
    }

    private static void delete(String name) throws IOException {
        try {
            NetworkNamespace.run("ip netns delete " + name);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
