package pt.sunbeam.path;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import pt.sunbeam.ip.IpAddress;
import pt.sunbeam.ip.IpPrefix;

/** IPv6 addresses behind which an IPv4 host stands: packets to them may end at that host. */
final class EmbeddedIpv4 {
    /** IPv4-compatible, deprecated (RFC 4291 section 2.5.5.1). */
    private static final IpPrefix COMPATIBLE = prefix("::/96");

    /** IPv4-mapped (RFC 4291 section 2.5.5.2). */
    private static final IpPrefix MAPPED = prefix("::ffff:0:0/96");

    /** NAT64's well-known prefix (RFC 6052 section 2.1). */
    private static final IpPrefix NAT64 = prefix("64:ff9b::/96");

    /** 6to4, where the address follows the prefix (RFC 3056 section 2). */
    private static final IpPrefix SIX_TO_FOUR = prefix("2002::/16");

    private EmbeddedIpv4() {}

    /** The IPv4 address in {@code address}, or null. */
    static @Nullable IpAddress in(IpAddress address) {
        if (COMPATIBLE.contains(address) || MAPPED.contains(address) || NAT64.contains(address)) {
            return IpAddress.v4((int) address.low());
        }
        return SIX_TO_FOUR.contains(address) ? IpAddress.v4((int) (address.high() >>> 16)) : null;
    }

    private static IpPrefix prefix(String text) {
        return Objects.requireNonNull(IpPrefix.parse(text));
    }
}
