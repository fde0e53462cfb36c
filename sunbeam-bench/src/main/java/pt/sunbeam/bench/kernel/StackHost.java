package pt.sunbeam.bench.kernel;

import java.io.IOException;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import pt.sunbeam.bytes.PacketBatch;
import pt.sunbeam.ip.IpAddress;
import pt.sunbeam.netstack.Egress;
import pt.sunbeam.netstack.Stack;
import pt.sunbeam.netstack.StackConfig;
import pt.sunbeam.sim.tun.TunDevice;
import pt.sunbeam.sim.tun.TunWaiter;

/** A stack in real time behind a TUN device, on a thread that sleeps until a packet, a command or a timer. */
final class StackHost implements AutoCloseable {
    private static final int BATCH = 64;
    private static final int MAX_PACKET_BYTES = 1500;

    private final TunDevice tun;
    private final TunWaiter waiter;
    private final Stack stack;
    private final Egress egress;
    private final ConcurrentLinkedQueue<Runnable> commands = new ConcurrentLinkedQueue<>();
    private final PacketBatch in = PacketBatch.ofPackets(BATCH, MAX_PACKET_BYTES);
    private final PacketBatch out = PacketBatch.ofPackets(BATCH, MAX_PACKET_BYTES);
    private final byte[] packet = new byte[TunDevice.MAX_PACKET_BYTES];
    private final Thread loop;
    private volatile boolean stopping;

    /** Begins at once; the device is closed with this host. */
    StackHost(TunDevice tun, StackConfig config, IpAddress own, long seed) throws IOException {
        this.tun = tun;
        waiter = new TunWaiter(tun);
        Egress[] holder = new Egress[1];
        stack = new Stack(config, new SplittableRandom(seed), address -> holder[0]);
        egress = stack.newEgress("tun", e -> {});
        holder[0] = egress;
        stack.setAddresses(List.of(own));
        loop = Thread.ofPlatform().name("stack").daemon().start(this::loop);
    }

    /** To be used in commands only. */
    Stack stack() {
        return stack;
    }

    /** Runs {@code command} on the thread that owns the stack. */
    void execute(Runnable command) {
        commands.add(command);
        waiter.wake();
    }

    private void loop() {
        TunWaiter.becomePunctual();
        while (!stopping) {
            for (Runnable command = commands.poll(); command != null; command = commands.poll()) {
                stack.at(System.nanoTime());
                command.run();
            }
            boolean moved = read();
            stack.advance(System.nanoTime());
            moved |= write();
            if (!moved) {
                waiter.await(stack.nextDeadlineNanos() - System.nanoTime());
            }
        }
    }

    private boolean read() {
        in.clear();
        for (int n = tun.read(packet); n > 0; n = in.fits(MAX_PACKET_BYTES) ? tun.read(packet) : 0) {
            in.add(packet, 0, n);
        }
        if (in.isEmpty()) {
            return false;
        }
        long now = System.nanoTime();
        in.setArrivalNanos(now);
        stack.input(in, now);
        return true;
    }

    private boolean write() {
        boolean moved = false;
        while (stack.isReady(egress)) {
            out.clear();
            int count = stack.pull(egress, out, BATCH * MAX_PACKET_BYTES, System.nanoTime());
            for (int i = 0; i < count; i++) {
                moved |= tun.write(out.array(), out.offset(i), out.length(i));
            }
            if (count == 0) {
                break;
            }
        }
        return moved;
    }

    @Override
    public void close() {
        stopping = true;
        waiter.wake();
        Joining.join(loop);
        tun.close();
        waiter.close();
    }
}
