package pt.sunbeam.derp;

import java.util.HexFormat;

/** Test bytes from hexadecimal text. */
final class DerpBytes {
    private DerpBytes() {}

    static byte[] hex(String text) {
        return HexFormat.of().parseHex(text);
    }
}
