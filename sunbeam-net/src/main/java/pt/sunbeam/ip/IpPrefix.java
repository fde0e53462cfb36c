package pt.sunbeam.ip;

import org.jspecify.annotations.Nullable;

/**
 * An address block. Host bits are kept as given, so that a wire record can be shown as it came; {@link #contains} and
 * {@link #masked} ignore them.
 *
 * @param address the block's address, of either family
 * @param bits the prefix length, 0 to 32 or 128
 */
public record IpPrefix(IpAddress address, int bits) {
    public IpPrefix {
        if (bits < 0 || bits > address.bitCount()) {
            throw new IllegalArgumentException("prefix length " + bits);
        }
    }

    public static IpPrefix single(IpAddress address) {
        return new IpPrefix(address, address.bitCount());
    }

    /** The prefix that {@code text} ("10.0.0.0/8") spells, or null. */
    public static @Nullable IpPrefix parse(String text) {
        int slash = text.indexOf('/');
        if (slash < 0) {
            return null;
        }
        IpAddress address = IpAddress.parse(text.substring(0, slash));
        String length = text.substring(slash + 1);
        if (address == null || length.isEmpty() || length.length() > 3) {
            return null;
        }
        int bits = 0;
        for (int i = 0; i < length.length(); i++) {
            char c = length.charAt(i);
            if (c < '0' || c > '9') {
                return null;
            }
            bits = bits * 10 + (c - '0');
        }
        return bits <= address.bitCount() ? new IpPrefix(address, bits) : null;
    }

    /** True when the block is one address. */
    public boolean isSingle() {
        return bits == address.bitCount();
    }

    /** True for 0.0.0.0/0 and ::/0. */
    public boolean isDefaultRoute() {
        return bits == 0;
    }

    public boolean contains(IpAddress other) {
        return other.v6() == address.v6() && mask(other).equals(mask(address));
    }

    /** The same block with all host bits zero. */
    public IpPrefix masked() {
        return new IpPrefix(mask(address), bits);
    }

    private IpAddress mask(IpAddress a) {
        if (!a.v6()) {
            return IpAddress.v4((int) (a.low() & (bits == 0 ? 0 : -1L << (32 - bits))));
        }
        long high = bits == 0 ? 0 : bits >= 64 ? a.high() : a.high() & -1L << (64 - bits);
        long low = bits <= 64 ? 0 : bits == 128 ? a.low() : a.low() & -1L << (128 - bits);
        return IpAddress.v6(high, low);
    }

    @Override
    public String toString() {
        return address + "/" + bits;
    }
}
