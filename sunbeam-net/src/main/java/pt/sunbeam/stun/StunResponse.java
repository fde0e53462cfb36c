package pt.sunbeam.stun;

import org.jspecify.annotations.Nullable;
import pt.sunbeam.ip.IpEndpoint;

/** The answer to a binding request, as far as it can be read (RFC 8489). */
public sealed interface StunResponse {
    /** Far above what any server sends: a response should fit a path's MTU (RFC 8489 section 6.1). */
    int MAX_BYTES = 1500;

    /**
     * Where the server saw the request come from. Nothing but the transaction says who answered: what is not pending is a
     * stranger's word.
     */
    record Mapped(TransactionId transaction, IpEndpoint endpoint) implements StunResponse {}

    /** No answer that this node can use. */
    record Refused(Reason reason) implements StunResponse {}

    /** Why a response was refused. */
    enum Reason {
        /** Not the header of a STUN message. */
        NOT_STUN,
        /** Longer than {@link #MAX_BYTES}. */
        TOO_LONG,
        /** A request, an indication, an error, or another method. */
        NOT_BINDING_SUCCESS,
        /** The attributes would end behind the packet's end. */
        TRUNCATED,
        /** An attribute that would end behind the others' end, or a mapped address that is too short or of no known family. */
        MALFORMED_ATTRIBUTE,
        /** No attribute is a mapped address. */
        NO_MAPPED_ADDRESS
    }

    /** Reads the datagram of {@code length} bytes at {@code offset}. */
    static StunResponse decode(byte[] b, int offset, int length) {
        @Nullable Reason reason = StunResponseReader.refuse(b, offset, length);
        return reason == null ? new StunResponseReader(b, offset).read() : new Refused(reason);
    }
}
