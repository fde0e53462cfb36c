package pt.sunbeam.portmap;

import org.jspecify.annotations.Nullable;
import pt.sunbeam.bytes.Endian;
import pt.sunbeam.ip.IpAddress;
import pt.sunbeam.ip.IpEndpoint;

/** The messages of PCP, version 2, with the opcodes ANNOUNCE and MAP (RFC 6887 sections 7, 11 and 14.1). */
public final class Pcp {
    /** The first byte of every message. */
    static final int VERSION = 2;

    static final int ANNOUNCE = 0;
    static final int MAP = 1;

    /** Protocol number of UDP, in the field of MAP. */
    static final int UDP = 17;

    /** No message is longer (RFC 6887 section 7). */
    static final int MAX_BYTES = 1100;

    private static final int RESPONSE_BIT = 0x80;
    private static final int HEADER_BYTES = 24;
    private static final int MAP_BYTES = HEADER_BYTES + 36;
    private static final int RESULT_OFFSET = 3;
    private static final int LIFETIME_OFFSET = 4;
    private static final int EPOCH_OFFSET = 8;
    private static final int CLIENT_OFFSET = 8;
    private static final int NONCE_OFFSET = HEADER_BYTES;
    private static final int PROTOCOL_OFFSET = HEADER_BYTES + 12;
    private static final int INTERNAL_PORT_OFFSET = HEADER_BYTES + 16;
    private static final int EXTERNAL_PORT_OFFSET = HEADER_BYTES + 18;
    private static final int EXTERNAL_ADDRESS_OFFSET = HEADER_BYTES + 20;

    private Pcp() {}

    /**
     * What the gateway answers. Epochs are seconds, 0 to 2^32-1, that fall back when the gateway forgets its mappings
     * (RFC 6887 section 8.5).
     */
    public sealed interface Response {}

    /** The answer to ANNOUNCE, or the gateway's own word that it started anew: it grants mappings. */
    public record Announced(long epochSeconds) implements Response {}

    /**
     * A mapping (RFC 6887 section 11.1).
     *
     * @param protocol number of the upper protocol, 0 to 255
     * @param internalPort 0 to 65535
     * @param external with a mapped IPv4 address as an IPv4 one; the port may be 0, as in the answer to a removal
     * @param lifetimeSeconds 0 to 2^32-1
     */
    public record Mapped(
            long epochSeconds,
            PcpNonce nonce,
            int protocol,
            int internalPort,
            IpEndpoint external,
            long lifetimeSeconds)
            implements Response {}

    /**
     * The gateway does not do what was asked.
     *
     * @param opcode of the request, 0 to 127
     * @param lifetimeSeconds for how long asking again is of no use, 0 to 2^32-1 (RFC 6887 section 7.2)
     * @param nonce of the mapping asked for; null when the answer does not repeat it
     */
    public record Failed(
            int opcode,
            Result result,
            long epochSeconds,
            long lifetimeSeconds,
            @Nullable PcpNonce nonce) implements Response {}

    /** The gateway speaks only other versions (RFC 6887 section 9). */
    public record OtherVersion(int version) implements Response {}

    /** Bytes that are no answer. */
    public record Refused(Reason reason) implements Response {}

    /** Result codes (RFC 6887 section 7.4), in the order of their numbers. */
    public enum Result {
        SUCCESS,
        UNSUPP_VERSION,
        NOT_AUTHORIZED,
        MALFORMED_REQUEST,
        UNSUPP_OPCODE,
        UNSUPP_OPTION,
        MALFORMED_OPTION,
        NETWORK_FAILURE,
        NO_RESOURCES,
        UNSUPP_PROTOCOL,
        USER_EX_QUOTA,
        CANNOT_PROVIDE_EXTERNAL,
        ADDRESS_MISMATCH,
        EXCESSIVE_REMOTE_PEERS,
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
        /** More than {@link Pcp#MAX_BYTES}. */
        TOO_LONG,
        /** Another version, and no word that this one is not spoken. */
        WRONG_VERSION,
        /** A request. */
        NOT_RESPONSE,
        /** A success of an opcode that is never asked for. */
        UNKNOWN_OPCODE
    }

    /**
     * Asks whether the gateway speaks PCP.
     *
     * @param client the address from which the request leaves
     */
    public static byte[] announceRequest(IpAddress client) {
        return header(HEADER_BYTES, ANNOUNCE, 0, client);
    }

    /**
     * Asks for a mapping of UDP, or for its end.
     *
     * @param client the address from which the request leaves, and to which the mapping leads
     * @param suggested the external endpoint to have if it is free; 0.0.0.0 and 0 for any
     * @param lifetimeSeconds 0 removes the mapping (RFC 6887 section 15)
     */
    public static byte[] mapRequest(
            IpAddress client, PcpNonce nonce, int internalPort, IpEndpoint suggested, int lifetimeSeconds) {
        byte[] b = header(MAP_BYTES, MAP, lifetimeSeconds, client);
        nonce.write(b, NONCE_OFFSET);
        b[PROTOCOL_OFFSET] = UDP;
        Endian.putShortBe(b, INTERNAL_PORT_OFFSET, internalPort);
        Endian.putShortBe(b, EXTERNAL_PORT_OFFSET, suggested.port());
        suggested.address().mapped().write(b, EXTERNAL_ADDRESS_OFFSET);
        return b;
    }

    private static byte[] header(int bytes, int opcode, int lifetimeSeconds, IpAddress client) {
        byte[] b = new byte[bytes];
        b[0] = VERSION;
        b[1] = (byte) opcode;
        Endian.putIntBe(b, LIFETIME_OFFSET, lifetimeSeconds);
        client.mapped().write(b, CLIENT_OFFSET);
        return b;
    }

    /** Reads the datagram of {@code length} bytes at {@code offset}. Options behind the message are not read. */
    public static Response decode(byte[] b, int offset, int length) {
        if (length > MAX_BYTES) {
            return new Refused(Reason.TOO_LONG);
        }
        if (length < HEADER_BYTES) {
            return new Refused(Reason.TOO_SHORT);
        }
        int opcode = b[offset + 1] & 0xff;
        if ((opcode & RESPONSE_BIT) == 0) {
            return new Refused(Reason.NOT_RESPONSE);
        }
        Result result = Result.of(b[offset + RESULT_OFFSET] & 0xff);
        int version = b[offset] & 0xff;
        if (result == Result.UNSUPP_VERSION) {
            return new OtherVersion(version);
        }
        return version == VERSION
                ? decode(b, offset, length, opcode & ~RESPONSE_BIT, result)
                : new Refused(Reason.WRONG_VERSION);
    }

    private static Response decode(byte[] b, int offset, int length, int opcode, Result result) {
        long epochSeconds = Endian.unsignedIntBe(b, offset + EPOCH_OFFSET);
        boolean whole = length >= MAP_BYTES;
        if (result != Result.SUCCESS) {
            PcpNonce nonce = opcode == MAP && whole ? PcpNonce.read(b, offset + NONCE_OFFSET) : null;
            return new Failed(opcode, result, epochSeconds, Endian.unsignedIntBe(b, offset + LIFETIME_OFFSET), nonce);
        }
        return switch (opcode) {
            case ANNOUNCE -> new Announced(epochSeconds);
            case MAP -> whole ? mapped(b, offset, epochSeconds) : new Refused(Reason.TOO_SHORT);
            default -> new Refused(Reason.UNKNOWN_OPCODE);
        };
    }

    private static Mapped mapped(byte[] b, int offset, long epochSeconds) {
        IpAddress external = IpAddress.read(b, offset + EXTERNAL_ADDRESS_OFFSET, true);
        return new Mapped(
                epochSeconds,
                PcpNonce.read(b, offset + NONCE_OFFSET),
                b[offset + PROTOCOL_OFFSET] & 0xff,
                Endian.shortBe(b, offset + INTERNAL_PORT_OFFSET),
                new IpEndpoint(external.unmapped(), Endian.shortBe(b, offset + EXTERNAL_PORT_OFFSET)),
                Endian.unsignedIntBe(b, offset + LIFETIME_OFFSET));
    }
}
