package pt.sunbeam.netstack.fragment;

import pt.sunbeam.netstack.ip.ExtensionHeaders;
import pt.sunbeam.netstack.ip.IpHeader;

/** What a first fragment has to hold: every header up to the data (RFC 1858, RFC 7112, RFC 8200 section 4.5). */
final class FirstFragment {
    private static final int TCP_HEADER = 20;
    private static final int SHORT_HEADER = 8;

    private FirstFragment() {}

    static boolean holdsAllHeaders(IpHeader ip, byte[] b) {
        int end = ip.payloadOffset + ip.payloadLength;
        int at = ip.payloadOffset;
        int protocol = ip.protocol;
        while (ip.v6 && ExtensionHeaders.isExtension(protocol)) {
            if (at + SHORT_HEADER > end) {
                return false;
            }
            int next = b[at] & 0xff;
            at += ExtensionHeaders.length(b, at, protocol);
            protocol = next;
        }
        return holdsTransportHeader(b, at, end - at, protocol);
    }

    private static boolean holdsTransportHeader(byte[] b, int at, int length, int protocol) {
        return switch (protocol) {
            case IpHeader.TCP -> length >= TCP_HEADER && length >= (b[at + 12] >>> 4 & 15) * 4;
            case IpHeader.UDP, IpHeader.ICMP, IpHeader.ICMPV6 -> length >= SHORT_HEADER;
            default -> length >= 0;
        };
    }
}
