package pt.sunbeam.keys;

import java.util.Base64;
import pt.sunbeam.bytes.Hex;

/** A public key: it may be shown, as its prefix and 64 lower-case hexadecimal digits (control.md section 1). */
public abstract sealed class PublicKey32 extends Key32 permits NodePublic, MachinePublic, DiscoPublic {
    private static final int SHORT_CHARS = 5;

    PublicKey32(byte[] bytes) {
        super(bytes);
    }

    abstract String prefix();

    /** True for the all-zero key, which on the wire means "absent". */
    public final boolean isZero() {
        int or = 0;
        for (byte b : bytes) {
            or |= b;
        }
        return or == 0;
    }

    /** The short form for people: the first five base64 characters in brackets. */
    public final String shortText() {
        return "[" + Base64.getEncoder().encodeToString(bytes).substring(0, SHORT_CHARS) + "]";
    }

    /** Prefix and 64 hexadecimal digits. */
    @Override
    public final String toString() {
        return prefix() + Hex.encode(bytes);
    }
}
