package pt.sunbeam.dataplane;

import pt.sunbeam.bytes.PacketBatch;
import pt.sunbeam.disco.DiscoPacket;

/** Path-discovery messages among a peer's packets. */
final class DiscoMessages {
    private DiscoMessages() {}

    /** Takes them out of {@code packets}, keeps the order of the others, and returns how many there were. */
    static int removeFrom(PacketBatch packets) {
        int kept = 0;
        for (int i = 0; i < packets.count(); i++) {
            int offset = packets.offset(i);
            int length = packets.length(i);
            if (!DiscoPacket.matches(packets.array(), offset, length)) {
                packets.setRange(kept++, offset, length);
            }
        }
        int removed = packets.count() - kept;
        packets.setCount(kept);
        return removed;
    }
}
