package pt.sunbeam.wireguard;

import org.jspecify.annotations.Nullable;

/**
 * A peer's key pairs (wireguard-go device/keypair.go, Linux noise.c).
 *
 * <p>{@code current} seals. {@code previous} still opens what was in flight when current was made. {@code next} was made by us
 * as responder and seals nothing until the initiator has proved, by one packet, that it has it. These rules also settle
 * handshakes that cross: each side ends with a pair that the other can open. There the others discard what was current, and with
 * it a whole flight of each direction; here it becomes {@code crossed} and opens until the next handshake.
 */
final class KeyPairs {
    private final IndexTable indices;
    private @Nullable KeyPair crossed;
    private @Nullable KeyPair previous;
    private @Nullable KeyPair current;
    private @Nullable KeyPair next;

    KeyPairs(IndexTable indices) {
        this.indices = indices;
    }

    @Nullable
    KeyPair current() {
        return current;
    }

    /** We initiated and got the response: {@code pair} seals from now on. */
    void initiated(KeyPair pair) {
        drop(crossed);
        crossed = null;
        drop(previous);
        if (next != null) {
            crossed = current;
            previous = next;
            next = null;
        } else {
            previous = current;
        }
        current = pair;
        indices.put(pair);
    }

    /** We responded: {@code pair} only opens until {@link #confirm}. */
    void responded(KeyPair pair) {
        drop(crossed);
        crossed = null;
        drop(next);
        drop(previous);
        previous = null;
        next = pair;
        indices.put(pair);
    }

    /** An authentic packet came with {@code pair}; true when that made it current. */
    boolean confirm(KeyPair pair) {
        if (pair != next) {
            return false;
        }
        drop(previous);
        previous = current;
        current = pair;
        next = null;
        return true;
    }

    void clear() {
        drop(crossed);
        drop(previous);
        drop(current);
        drop(next);
        crossed = null;
        previous = null;
        current = null;
        next = null;
    }

    private void drop(@Nullable KeyPair pair) {
        if (pair != null) {
            indices.remove(pair);
        }
    }
}
