package pt.sunbeam.portmap;

import pt.sunbeam.bytes.Endian;
import pt.sunbeam.ip.IpAddress;

/** The messages of NAT-PMP, version 0, as far as UDP over IPv4 needs them (RFC 6886 section 3). */
public final class NatPmp {
    /** The first byte of every message. */
    static final int VERSION = 0;

    static final int EXTERNAL_ADDRESS = 0;
    static final int MAP_UDP = 1;

    /** The longest message there is (RFC 6886 section 3.3) and room for what a later one may add. */
    static final int MAX_RESPONSE_BYTES = 64;

    private static final int RESPONSE_BIT = 0x80;
    private static final int HEADER_BYTES = 8;
    private static final int ADDRESS_RESPONSE_BYTES = 12;
    private static final int MAP_REQUEST_BYTES = 12;
    private static final int MAP_RESPONSE_BYTES = 16;

    private NatPmp() {}

    /**
     * What the gateway answers. Epochs are seconds since its table of mappings was last empty, 0 to 2^32-1
     * (RFC 6886 section 3.6).
     */
    public sealed interface Response {}

    /** The address of the gateway's outer side; 0.0.0.0 while it has none (RFC 6886 section 3.2). */
    public record ExternalAddress(long epochSeconds, IpAddress address) implements Response {}

    /**
     * A mapping of UDP (RFC 6886 section 3.3).
     *
     * @param internalPort 0 to 65535
     * @param externalPort 0 to 65535; 0 in the answer to a removal
     * @param lifetimeSeconds 0 to 2^32-1
     */
    public record Mapped(long epochSeconds, int internalPort, int externalPort, long lifetimeSeconds)
            implements Response {}

    /**
     * The gateway does not do what was asked.
     *
     * @param opcode of the request, 0 to 127
     */
    public record Failed(int opcode, Result result, long epochSeconds) implements Response {}

    /** Bytes that are no answer. */
    public record Refused(Reason reason) implements Response {}

    /** Result codes (RFC 6886 section 3.5). */
    public enum Result {
        SUCCESS,
        UNSUPPORTED_VERSION,
        NOT_AUTHORIZED,
        NETWORK_FAILURE,
        OUT_OF_RESOURCES,
        UNSUPPORTED_OPCODE,
        /** A code that the RFC does not have. */
        OTHER;

        private static final Result[] ALL = values();

        static Result of(int code) {
            return code < ALL.length ? ALL[code] : OTHER;
        }
    }

    /** Why bytes are no answer. */
    public enum Reason {
        /** Fewer bytes than the header, or than the message of this opcode has. */
        TOO_SHORT,
        /** More than {@link NatPmp#MAX_RESPONSE_BYTES}. */
        TOO_LONG,
        /** Another version. */
        WRONG_VERSION,
        /** A request. */
        NOT_RESPONSE,
        /** A success of an opcode that is never asked for. */
        UNKNOWN_OPCODE
    }

    /** Asks for the outer address. */
    public static byte[] externalAddressRequest() {
        return new byte[] {VERSION, EXTERNAL_ADDRESS};
    }

    /**
     * Asks for a mapping of UDP, or for its end.
     *
     * @param suggestedPort the external port to have if it is free; 0 for any, and for a removal
     * @param lifetimeSeconds 0 removes the mapping (RFC 6886 section 3.4)
     */
    public static byte[] mapRequest(int internalPort, int suggestedPort, int lifetimeSeconds) {
        byte[] b = new byte[MAP_REQUEST_BYTES];
        b[0] = VERSION;
        b[1] = MAP_UDP;
        Endian.putShortBe(b, 4, internalPort);
        Endian.putShortBe(b, 6, suggestedPort);
        Endian.putIntBe(b, 8, lifetimeSeconds);
        return b;
    }

    /** Reads the datagram of {@code length} bytes at {@code offset}. */
    public static Response decode(byte[] b, int offset, int length) {
        if (length > MAX_RESPONSE_BYTES) {
            return new Refused(Reason.TOO_LONG);
        }
        if (length < HEADER_BYTES) {
            return new Refused(Reason.TOO_SHORT);
        }
        if (b[offset] != VERSION) {
            return new Refused(Reason.WRONG_VERSION);
        }
        int opcode = b[offset + 1] & 0xff;
        if ((opcode & RESPONSE_BIT) == 0) {
            return new Refused(Reason.NOT_RESPONSE);
        }
        return decode(b, offset, length, opcode & ~RESPONSE_BIT);
    }

    private static Response decode(byte[] b, int offset, int length, int opcode) {
        long epochSeconds = Endian.unsignedIntBe(b, offset + 4);
        Result result = Result.of(Endian.shortBe(b, offset + 2));
        if (result != Result.SUCCESS) {
            return new Failed(opcode, result, epochSeconds);
        }
        return switch (opcode) {
            case EXTERNAL_ADDRESS ->
                length < ADDRESS_RESPONSE_BYTES
                        ? new Refused(Reason.TOO_SHORT)
                        : new ExternalAddress(epochSeconds, IpAddress.read(b, offset + HEADER_BYTES, false));
            case MAP_UDP ->
                length < MAP_RESPONSE_BYTES
                        ? new Refused(Reason.TOO_SHORT)
                        : new Mapped(
                                epochSeconds,
                                Endian.shortBe(b, offset + 8),
                                Endian.shortBe(b, offset + 10),
                                Endian.unsignedIntBe(b, offset + 12));
            default -> new Refused(Reason.UNKNOWN_OPCODE);
        };
    }
}
