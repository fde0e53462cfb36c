package pt.sunbeam.noise;

import java.util.Objects;
import java.util.random.RandomGenerator;
import pt.sunbeam.bytes.Hex;

/**
 * One handshake of the control protocol, version 131, between keys 00 01 02 ..., made by the Go package {@code
 * control/controlbase} of tailscale/tailscale (1.99) with these keys forced.
 */
public final class ControlVectors {
    public static final byte[] CLIENT_MACHINE = hex("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e5f");
    public static final byte[] CLIENT_EPHEMERAL =
            hex("202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e7f");
    public static final byte[] SERVER_STATIC = hex("404142434445464748494a4b4c4d4e4f505152535455565758595a5b5c5d5e5f");
    public static final byte[] SERVER_PUBLIC = hex("79a631eede1bf9c98f12032cdeadd0e7a079398fc786b88cc846ec89af85a51a");
    public static final byte[] SERVER_EPHEMERAL =
            hex("606162636465666768696a6b6c6d6e6f707172737475767778797a7b7c7d7e7f");
    public static final byte[] PROLOGUE = hex("5461696c7363616c6520436f6e74726f6c2050726f746f636f6c2076313331");
    public static final byte[] INITIATION =
            hex("0083010060358072d6365880d1aeea329adf9121383851ed21a28e3b75e965d0d2cd166254"
                    + "ad5b8febedeb97415be53612205e6bfab385e34cb127dd8854c4f9afb10f9b0eb42447edb507367ff782e8977773dd41"
                    + "ce7ece8432027ba3b5d8e3d6ec2f9c8f");
    public static final String HEADER = "AIMBAGA1gHLWNliA0a7qMprfkSE4OFHtIaKOO3XpZdDSzRZiVK1bj+vt65dBW+U2EiBea/qzheNM"
            + "sSfdiFTE+a+xD5sOtCRH7bUHNn/3guiXd3PdQc5+zoQyAnujtdjj1uwvnI8=";
    public static final byte[] RESPONSE = hex(
            "020030675dd574ed7789310b3d2e7681f3790b466c773b1521fecf36577958371ea52fc77098f31b06c9a61ad28198bfc07076");
    public static final String HANDSHAKE_HASH = "bb1986bc95ed47cb35b88657411e52bcf0a7a6b7a80022a2d160d87395c7cfcc";
    public static final byte[] CLIENT_TO_SERVER =
            hex("1ffa520b7b784b83355f4ca5754d333f51f53ff31d9d98f697c22e8f79b66e22");
    public static final byte[] SERVER_TO_CLIENT =
            hex("1657d025486888648386e46e37e6722a42c605d3f1b0ec24454190a645355089");

    private ControlVectors() {}

    public static byte[] hex(String text) {
        return Objects.requireNonNull(Hex.decode(text));
    }

    /** A generator that gives exactly these bytes to every request. */
    public static RandomGenerator giving(byte[] bytes) {
        return new RandomGenerator() {
            @Override
            public long nextLong() {
                throw new UnsupportedOperationException();
            }

            @Override
            public void nextBytes(byte[] out) {
                System.arraycopy(bytes, 0, out, 0, out.length);
            }
        };
    }
}
