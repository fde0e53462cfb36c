package pt.sunbeam.wireguard;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import pt.sunbeam.bytes.Endian;
import pt.sunbeam.ip.IpAddress;
import pt.sunbeam.ip.IpPrefix;

/**
 * Cryptokey routing: the longest prefix that holds an address decides whose it is, for packets in both directions
 * (WireGuard paper, section 2).
 *
 * <p>A binary trie with compressed paths for each family; an address is 128 left-aligned bits. A look-up allocates nothing.
 * When several values claim one prefix the newest claim holds, and when that goes the one before it holds again, so that
 * the table never depends on the order of an unrelated change.
 */
final class AllowedIps<V> {
    private static final class Node<V> {
        final long high;
        final long low;
        final int bits;
        final List<V> claims = new ArrayList<>(1);

        @Nullable
        Node<V> zero;

        @Nullable
        Node<V> one;

        Node(long high, long low, int bits) {
            this.high = high;
            this.low = low;
            this.bits = bits;
        }

        @Nullable
        V value() {
            return claims.isEmpty() ? null : claims.getLast();
        }

        boolean holds(long keyHigh, long keyLow) {
            return commonBits(high, low, keyHigh, keyLow) >= bits;
        }

        @Nullable
        Node<V> child(long keyHigh, long keyLow) {
            return bit(keyHigh, keyLow, bits) == 0 ? zero : one;
        }

        void adopt(Node<V> node) {
            if (bit(node.high, node.low, bits) == 0) {
                zero = node;
            } else {
                one = node;
            }
        }
    }

    private @Nullable Node<V> rootV4;
    private @Nullable Node<V> rootV6;

    /** Adds a claim; host bits of the prefix do not matter. */
    void put(IpPrefix prefix, V value) {
        IpAddress address = prefix.masked().address();
        if (address.v6()) {
            rootV6 = insert(rootV6, high(address), low(address), prefix.bits(), value);
        } else {
            rootV4 = insert(rootV4, high(address), low(address), prefix.bits(), value);
        }
    }

    /** Withdraws one claim; no effect when it was never made. */
    void remove(IpPrefix prefix, V value) {
        IpAddress address = prefix.masked().address();
        if (address.v6()) {
            rootV6 = delete(rootV6, high(address), low(address), prefix.bits(), value);
        } else {
            rootV4 = delete(rootV4, high(address), low(address), prefix.bits(), value);
        }
    }

    @Nullable
    V lookup(IpAddress address) {
        return lookup(address.v6() ? rootV6 : rootV4, high(address), low(address), address.bitCount());
    }

    /** The value of the IPv4 address in the 4 bytes at {@code offset}. */
    @Nullable
    V lookupV4(byte[] b, int offset) {
        return lookup(rootV4, (long) Endian.intBe(b, offset) << 32, 0, 32);
    }

    /** The value of the IPv6 address in the 16 bytes at {@code offset}. */
    @Nullable
    V lookupV6(byte[] b, int offset) {
        return lookup(rootV6, Endian.longBe(b, offset), Endian.longBe(b, offset + 8), 128);
    }

    private static <V> @Nullable V lookup(@Nullable Node<V> root, long high, long low, int addressBits) {
        V best = null;
        Node<V> node = root;
        while (node != null && node.holds(high, low)) {
            V value = node.value();
            best = value == null ? best : value;
            node = node.bits == addressBits ? null : node.child(high, low);
        }
        return best;
    }

    private static <V> Node<V> insert(@Nullable Node<V> node, long high, long low, int bits, V value) {
        if (node == null) {
            return leaf(high, low, bits, value);
        }
        int common = Math.min(commonBits(node.high, node.low, high, low), Math.min(bits, node.bits));
        if (common == node.bits && common == bits) {
            node.claims.add(value);
            return node;
        }
        if (common == node.bits) {
            node.adopt(insert(node.child(high, low), high, low, bits, value));
            return node;
        }
        Node<V> added = leaf(high, low, bits, value);
        if (common == bits) {
            added.adopt(node);
            return added;
        }
        Node<V> fork = new Node<>(high & highMask(common), low & lowMask(common), common);
        fork.adopt(node);
        fork.adopt(added);
        return fork;
    }

    private static <V> Node<V> leaf(long high, long low, int bits, V value) {
        Node<V> node = new Node<>(high, low, bits);
        node.claims.add(value);
        return node;
    }

    /** Returns what takes the place of {@code node}: itself, its only child when it has become needless, or nothing. */
    private static <V> @Nullable Node<V> delete(@Nullable Node<V> node, long high, long low, int bits, V value) {
        if (node == null || bits < node.bits || !node.holds(high, low)) {
            return node;
        }
        if (bits == node.bits) {
            node.claims.remove(value);
        } else if (bit(high, low, node.bits) == 0) {
            node.zero = delete(node.zero, high, low, bits, value);
        } else {
            node.one = delete(node.one, high, low, bits, value);
        }
        boolean needed = !node.claims.isEmpty() || node.zero != null && node.one != null;
        return needed ? node : node.zero != null ? node.zero : node.one;
    }

    private static int commonBits(long highA, long lowA, long highB, long lowB) {
        return highA != highB
                ? Long.numberOfLeadingZeros(highA ^ highB)
                : Long.SIZE + Long.numberOfLeadingZeros(lowA ^ lowB);
    }

    private static int bit(long high, long low, int index) {
        return (int) (index < 64 ? high >>> (63 - index) : low >>> (127 - index)) & 1;
    }

    private static long highMask(int bits) {
        return bits == 0 ? 0 : bits >= 64 ? -1 : -1L << (64 - bits);
    }

    private static long lowMask(int bits) {
        return bits <= 64 ? 0 : -1L << (128 - bits);
    }

    private static long high(IpAddress address) {
        return address.v6() ? address.high() : address.low() << 32;
    }

    private static long low(IpAddress address) {
        return address.v6() ? address.low() : 0;
    }
}
