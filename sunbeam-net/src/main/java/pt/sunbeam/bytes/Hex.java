package pt.sunbeam.bytes;

import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** Hexadecimal text of bytes: written in lower case, read in either case. */
public final class Hex {
    private static final HexFormat LOWER = HexFormat.of();

    private Hex() {}

    public static String encode(byte[] bytes) {
        return LOWER.formatHex(bytes);
    }

    /** The bytes that {@code text} spells, or null when it is not an even number of hexadecimal digits. */
    public static byte @Nullable [] decode(String text) {
        if (text.length() % 2 != 0) {
            return null;
        }
        for (int i = 0; i < text.length(); i++) {
            if (!HexFormat.isHexDigit(text.charAt(i))) {
                return null;
            }
        }
        return LOWER.parseHex(text);
    }
}
