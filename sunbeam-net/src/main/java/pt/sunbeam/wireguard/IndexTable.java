package pt.sunbeam.wireguard;

import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Our random 32-bit indices, each naming a handshake in progress or a key pair.
 *
 * <p>The low bits of an index are its slot, and an index whose slot is taken is drawn again. So a look-up is one array read,
 * and since slots that differ under a short mask differ under a longer one, growing never collides.
 */
final class IndexTable {
    /** What an index names. */
    sealed interface Entry permits PendingInitiation, KeyPair {
        int localIndex();

        WireGuardPeer peer();
    }

    private static final int INITIAL_SLOTS = 64;

    private final RandomGenerator random;
    private @Nullable Entry[] slots = new @Nullable Entry[INITIAL_SLOTS];
    private int size;

    IndexTable(RandomGenerator random) {
        this.random = random;
    }

    /** A random index that is free now; {@link #put} takes it. */
    int draw() {
        if (2 * size >= slots.length) {
            grow();
        }
        int index = random.nextInt();
        while (slots[slot(index)] != null) {
            index = random.nextInt();
        }
        return index;
    }

    /** Takes a drawn index, or passes one on from a handshake to its key pair. */
    void put(Entry entry) {
        int slot = slot(entry.localIndex());
        if (slots[slot] == null) {
            size++;
        }
        slots[slot] = entry;
    }

    @Nullable
    Entry lookup(int index) {
        Entry entry = slots[slot(index)];
        return entry != null && entry.localIndex() == index ? entry : null;
    }

    /** Frees an entry's index, unless it has passed on to another. */
    @SuppressWarnings("ReferenceEquality") // An entry and its successor share an index.
    void remove(Entry entry) {
        int slot = slot(entry.localIndex());
        if (slots[slot] == entry) {
            slots[slot] = null;
            size--;
        }
    }

    int size() {
        return size;
    }

    private int slot(int index) {
        return index & (slots.length - 1);
    }

    private void grow() {
        @Nullable Entry[] old = slots;
        slots = new @Nullable Entry[2 * old.length];
        for (Entry entry : old) {
            if (entry != null) {
                slots[slot(entry.localIndex())] = entry;
            }
        }
    }
}
