package pt.sunbeam.wireguard;

import java.util.ArrayDeque;
import pt.sunbeam.bytes.PacketBatch;

/** Copies of packets that wait for a handshake: at most {@link Limits#STAGED_PACKETS}, the oldest goes first. */
final class StagedQueue {
    private final ArrayDeque<byte[]> packets = new ArrayDeque<>();

    /** Copies all packets of a batch; returns how many older ones had to go. */
    int stage(PacketBatch batch) {
        int dropped = 0;
        for (int i = 0; i < batch.count(); i++) {
            if (packets.size() == Limits.STAGED_PACKETS) {
                packets.removeFirst();
                dropped++;
            }
            packets.addLast(batch.copy(i));
        }
        return dropped;
    }

    /** Moves as many packets as fit into {@code batch}, in order. */
    void moveTo(PacketBatch batch) {
        byte[] packet = packets.peekFirst();
        while (packet != null && batch.fits(packet.length)) {
            batch.add(packet, 0, packet.length);
            packets.removeFirst();
            packet = packets.peekFirst();
        }
    }

    boolean isEmpty() {
        return packets.isEmpty();
    }

    int room() {
        return Limits.STAGED_PACKETS - packets.size();
    }

    /** Drops everything; returns how many packets that were. */
    int clear() {
        int dropped = packets.size();
        packets.clear();
        return dropped;
    }
}
