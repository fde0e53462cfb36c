package pt.sunbeam.control;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import pt.sunbeam.bytes.Endian;
import pt.sunbeam.keys.MachinePrivate;
import pt.sunbeam.keys.MachinePublic;
import pt.sunbeam.noise.IkInitiator;
import pt.sunbeam.noise.TransportKeys;
import pt.sunbeam.tailcfg.CapabilityVersion;

/**
 * The framing of the Noise IK handshake on a control connection ({@code control/controlbase/messages.go} of Tailscale
 * 1.102). The protocol version is in the first message's header in binary and in the prologue in decimal, so a changed
 * header fails the handshake.
 */
public final class ControlHandshake {
    public static final int INITIATION_HEADER_BYTES = 5;
    public static final int INITIATION = 1;
    public static final int RESPONSE = 2;
    public static final int ERROR = 3;

    /** Type and length of a response or an error. */
    public static final int ANSWER_HEADER_BYTES = 3;

    /** An error's text is shown, so more of it is of no use. */
    static final int MAX_ERROR_BYTES = 1024;

    private final IkInitiator initiator;
    private final int version;

    public ControlHandshake(MachinePrivate machine, MachinePublic server, RandomGenerator random) {
        this(machine, server, random, CapabilityVersion.CURRENT);
    }

    ControlHandshake(MachinePrivate machine, MachinePublic server, RandomGenerator random, int version) {
        this.version = version;
        this.initiator = new IkInitiator(machine.toBytes(), server.toBytes(), prologue(version), random);
    }

    public static byte[] prologue(int version) {
        return ("Tailscale Control Protocol v" + version).getBytes(StandardCharsets.US_ASCII);
    }

    /** The 101 bytes of the first message, or null when the server's key is a low-order point. */
    public byte @Nullable [] initiation() {
        byte[] message = initiator.initiation();
        if (message == null) {
            return null;
        }
        byte[] out = new byte[INITIATION_HEADER_BYTES + message.length];
        Endian.putShortBe(out, 0, version);
        out[2] = INITIATION;
        Endian.putShortBe(out, 3, message.length);
        System.arraycopy(message, 0, out, INITIATION_HEADER_BYTES, message.length);
        return out;
    }

    /** The value of the {@code X-Tailscale-Handshake} header for {@code initiation}. */
    public static String header(byte[] initiation) {
        return Base64.getEncoder().encodeToString(initiation);
    }

    /** The transport keys, or null when the 48 bytes of {@code response} do not answer this handshake. */
    public @Nullable TransportKeys finish(byte[] response) {
        return initiator.finish(response);
    }
}
