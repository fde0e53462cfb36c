package pt.sunbeam.dataplane;

import java.util.Arrays;
import pt.sunbeam.bytes.PacketBatch;

/** Path-discovery messages among a peer's packets, known by their magic (Tailscale 1.102, disco/disco.go). */
final class DiscoMessages {
    /** "TS" and U+1F4AC. */
    private static final byte[] MAGIC = {'T', 'S', (byte) 0xf0, (byte) 0x9f, (byte) 0x92, (byte) 0xac};

    private DiscoMessages() {}

    /** Takes them out of {@code packets}, keeps the order of the others, and returns how many there were. */
    static int removeFrom(PacketBatch packets) {
        int kept = 0;
        for (int i = 0; i < packets.count(); i++) {
            int offset = packets.offset(i);
            int length = packets.length(i);
            if (!isDisco(packets.array(), offset, length)) {
                packets.setRange(kept++, offset, length);
            }
        }
        int removed = packets.count() - kept;
        packets.setCount(kept);
        return removed;
    }

    private static boolean isDisco(byte[] b, int offset, int length) {
        return length >= MAGIC.length && Arrays.equals(b, offset, offset + MAGIC.length, MAGIC, 0, MAGIC.length);
    }
}
