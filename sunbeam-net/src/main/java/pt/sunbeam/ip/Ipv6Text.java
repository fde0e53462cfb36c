package pt.sunbeam.ip;

import org.jspecify.annotations.Nullable;

/** IPv6 text: parsed as RFC 4291 section 2.2 allows (no zone), written as RFC 5952 section 4 demands. */
final class Ipv6Text {
    private static final int GROUPS = 8;

    private Ipv6Text() {}

    static @Nullable IpAddress parse(String text) {
        int gap = text.indexOf("::");
        if (gap != text.lastIndexOf("::")) {
            return null;
        }
        int[] groups = new int[GROUPS];
        if (gap < 0) {
            return readGroups(text, groups, 0) == GROUPS ? of(groups) : null;
        }
        int head = readGroups(text.substring(0, gap), groups, 0);
        int[] tailGroups = new int[GROUPS];
        int tail = readGroups(text.substring(gap + 2), tailGroups, 0);
        if (head < 0 || tail < 0 || head + tail >= GROUPS) {
            return null;
        }
        System.arraycopy(tailGroups, 0, groups, GROUPS - tail, tail);
        return of(groups);
    }

    /** Reads colon-separated groups into {@code out} and returns how many, or -1 for malformed text. */
    private static int readGroups(String text, int[] out, int from) {
        if (text.isEmpty()) {
            return 0;
        }
        int n = from;
        int start = 0;
        while (start <= text.length()) {
            int colon = text.indexOf(':', start);
            int end = colon < 0 ? text.length() : colon;
            String part = text.substring(start, end);
            if (colon < 0 && part.indexOf('.') >= 0) {
                IpAddress v4 = n <= GROUPS - 2 ? IpAddress.parseV4(part) : null;
                if (v4 == null) {
                    return -1;
                }
                out[n++] = (int) (v4.low() >>> 16);
                out[n++] = (int) (v4.low() & 0xffff);
                return n;
            }
            int value = n < GROUPS ? group(part) : -1;
            if (value < 0) {
                return -1;
            }
            out[n++] = value;
            start = end + 1;
        }
        return n;
    }

    private static int group(String part) {
        if (part.isEmpty() || part.length() > 4) {
            return -1;
        }
        int value = 0;
        for (int i = 0; i < part.length(); i++) {
            int digit = part.charAt(i) < 128 ? Character.digit(part.charAt(i), 16) : -1;
            if (digit < 0) {
                return -1;
            }
            value = value << 4 | digit;
        }
        return value;
    }

    private static IpAddress of(int[] g) {
        return IpAddress.v6(join(g, 0), join(g, 4));
    }

    private static long join(int[] g, int at) {
        return (long) g[at] << 48 | (long) g[at + 1] << 32 | (long) g[at + 2] << 16 | g[at + 3];
    }

    static String format(long high, long low) {
        int[] g = new int[GROUPS];
        for (int i = 0; i < 4; i++) {
            g[i] = (int) (high >>> (48 - 16 * i)) & 0xffff;
            g[4 + i] = (int) (low >>> (48 - 16 * i)) & 0xffff;
        }
        int zeros = 1;
        int zeroAt = -1;
        for (int i = 0; i < GROUPS; i++) {
            int run = 0;
            while (i + run < GROUPS && g[i + run] == 0) {
                run++;
            }
            // RFC 5952 section 4.2: the longest run, the first of equals, never a single group.
            if (run > zeros) {
                zeros = run;
                zeroAt = i;
            }
        }
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < GROUPS; i++) {
            if (i == zeroAt) {
                out.append("::");
                i += zeros - 1;
            } else {
                if (!out.isEmpty() && out.charAt(out.length() - 1) != ':') {
                    out.append(':');
                }
                out.append(Integer.toHexString(g[i]));
            }
        }
        return out.toString();
    }
}
