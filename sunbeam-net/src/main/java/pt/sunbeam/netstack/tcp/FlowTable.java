package pt.sunbeam.netstack.tcp;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Flows by their endpoints: open addressing with linear probing under a keyed hash; removal moves back what follows. */
final class FlowTable {
    private static final int INITIAL = 64;

    private final SipHash hash;
    private @Nullable Flow[] slots = new Flow[INITIAL];
    private int size;

    FlowTable(SipHash hash) {
        this.hash = hash;
    }

    int size() {
        return size;
    }

    @Nullable
    Flow find(long localHigh, long localLow, long remoteHigh, long remoteLow, int localPort, int remotePort) {
        int mask = slots.length - 1;
        int i = (int) hash.hash(localHigh, localLow, remoteHigh, remoteLow, ports(localPort, remotePort)) & mask;
        for (Flow flow = slots[i]; flow != null; flow = slots[i]) {
            if (flow.is(localHigh, localLow, remoteHigh, remoteLow, localPort, remotePort)) {
                return flow;
            }
            i = i + 1 & mask;
        }
        return null;
    }

    /** Adds a flow, or puts it in the place of the one with the same endpoints. */
    void put(Flow flow) {
        if (size * 2 >= slots.length) {
            resize(slots.length * 2);
        }
        int mask = slots.length - 1;
        int i = home(flow) & mask;
        for (Flow other = slots[i]; other != null; other = slots[i]) {
            if (sameEndpoints(flow, other)) {
                slots[i] = flow;
                return;
            }
            i = i + 1 & mask;
        }
        slots[i] = flow;
        size++;
    }

    void remove(Flow flow) {
        int mask = slots.length - 1;
        int i = home(flow) & mask;
        while (slots[i] != flow) {
            if (slots[i] == null) {
                return;
            }
            i = i + 1 & mask;
        }
        size--;
        closeGap(i, mask);
        if (slots.length > INITIAL && size * 8 < slots.length) {
            resize(slots.length / 2);
        }
    }

    private void closeGap(int gapAt, int mask) {
        int gap = gapAt;
        int i = gap + 1 & mask;
        for (Flow flow = slots[i]; flow != null; flow = slots[i]) {
            int home = home(flow) & mask;
            if ((i - home & mask) >= (i - gap & mask)) {
                slots[gap] = flow;
                gap = i;
            }
            i = i + 1 & mask;
        }
        slots[gap] = null;
    }

    /** Visits a copy of the table, so that flows may be removed meanwhile. */
    void forEach(Consumer<Flow> visitor) {
        for (Flow flow : slots.clone()) {
            if (flow != null) {
                visitor.accept(flow);
            }
        }
    }

    private void resize(int capacity) {
        @Nullable Flow[] old = slots;
        slots = new Flow[capacity];
        size = 0;
        for (Flow flow : old) {
            if (flow != null) {
                put(flow);
            }
        }
    }

    private int home(Flow f) {
        return (int) hash.hash(f.localHigh, f.localLow, f.remoteHigh, f.remoteLow, ports(f.localPort, f.remotePort));
    }

    private static boolean sameEndpoints(Flow a, Flow b) {
        return a.is(b.localHigh, b.localLow, b.remoteHigh, b.remoteLow, b.localPort, b.remotePort);
    }

    static long ports(int localPort, int remotePort) {
        return (long) localPort << 16 | remotePort;
    }
}
