package pt.sunbeam.netmap;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import pt.sunbeam.ip.IpAddress;
import pt.sunbeam.ip.IpPrefix;

/**
 * The addresses that one side of a filter rule names. Immutable; two sets are equal when they list the same ranges in the
 * same order.
 *
 * @param ranges each within one family
 */
record AddressSet(List<Range> ranges) {
    private static final Range ALL_V4 = new Range(IpAddress.ANY_V4, IpAddress.v4(-1));
    private static final Range ALL_V6 = new Range(IpAddress.v6(0, 0), IpAddress.v6(-1, -1));

    /** Both ends belong to it. */
    record Range(IpAddress first, IpAddress last) {
        boolean contains(IpAddress address) {
            return first.v6() == address.v6() && !below(address, first) && !below(last, address);
        }

        private static boolean below(IpAddress a, IpAddress b) {
            int high = Long.compareUnsigned(a.high(), b.high());
            return high != 0 ? high < 0 : Long.compareUnsigned(a.low(), b.low()) < 0;
        }
    }

    AddressSet {
        ranges = List.copyOf(ranges);
    }

    boolean contains(IpAddress address) {
        for (Range range : ranges) {
            if (range.contains(address)) {
                return true;
            }
        }
        return false;
    }

    /** Adds what {@code text} names to {@code out}; an entry that cannot be read adds nothing, so a set never widens. */
    static void parse(String text, List<Range> out) {
        if (text.equals("*")) {
            out.add(ALL_V4);
            out.add(ALL_V6);
            return;
        }
        Range range = range(text);
        if (range != null) {
            out.add(range);
        }
    }

    static AddressSet of(String text) {
        List<Range> ranges = new ArrayList<>(2);
        parse(text, ranges);
        return new AddressSet(ranges);
    }

    private static @Nullable Range range(String text) {
        int dash = text.indexOf('-');
        if (dash >= 0) {
            IpAddress first = IpAddress.parse(text.substring(0, dash));
            IpAddress last = IpAddress.parse(text.substring(dash + 1));
            return first == null || last == null || first.v6() != last.v6() || Range.below(last, first)
                    ? null
                    : new Range(first, last);
        }
        if (text.indexOf('/') >= 0) {
            IpPrefix prefix = IpPrefix.parse(text);
            return prefix == null || !prefix.equals(prefix.masked()) ? null : of(prefix);
        }
        IpAddress single = IpAddress.parse(text);
        return single == null ? null : new Range(single, single);
    }

    /** All addresses of a block; host bits are ignored. */
    static Range of(IpPrefix prefix) {
        IpAddress first = prefix.masked().address();
        int bits = prefix.bits();
        if (!first.v6()) {
            long host = bits == 32 ? 0 : 0xffffffffL >>> bits;
            return new Range(first, IpAddress.v4((int) (first.low() | host)));
        }
        long high = bits >= 64 ? 0 : -1L >>> bits;
        long low = bits <= 64 ? -1L : bits == 128 ? 0 : -1L >>> (bits - 64);
        return new Range(first, IpAddress.v6(first.high() | high, first.low() | low));
    }
}
