package pt.sunbeam.netcheck;

import org.jspecify.annotations.Nullable;
import pt.sunbeam.ip.IpAddress;
import pt.sunbeam.ip.IpEndpoint;
import pt.sunbeam.path.CandidateFilter;
import pt.sunbeam.path.CandidateVerdict;

/** Why an answer to a probe was not taken; each is a counter. A refused answer leaves its request open for a better one. */
public enum ProbeRefusal {
    /** Not a binding response with a mapped address. */
    UNREADABLE,
    /** Never asked, answered already, or of an earlier measurement. */
    UNKNOWN_TRANSACTION,
    /** From another endpoint than the one that was asked. */
    OTHER_SOURCE,
    /** The mapped port is 0. */
    PORT_ZERO,
    /** The mapped address is of another family than the request's. */
    OTHER_FAMILY,
    /** The mapped address is one that a server cannot have seen. */
    RESERVED_ADDRESS;

    private static final CandidateFilter FILTER = new CandidateFilter(endpoint -> false);

    /** Why {@code mapped} cannot be what {@code server} saw; null when it can. */
    static @Nullable ProbeRefusal of(IpEndpoint mapped, IpEndpoint server) {
        if (mapped.port() == 0) {
            return PORT_ZERO;
        }
        if (mapped.address().v6() != server.address().v6()) {
            return OTHER_FAMILY;
        }
        return isReserved(mapped, server.address()) ? RESERVED_ADDRESS : null;
    }

    private static boolean isReserved(IpEndpoint mapped, IpAddress server) {
        IpAddress address = mapped.address();
        if (address.isLinkLocal() || isClassE(address)) {
            return true;
        }
        CandidateVerdict verdict = FILTER.verdict(mapped);
        boolean onThisMachine = verdict == CandidateVerdict.LOOPBACK && server.isLoopback();
        return !verdict.accepted() && !onThisMachine;
    }

    /** 240.0.0.0/4 (RFC 1112 section 4). */
    private static boolean isClassE(IpAddress address) {
        return !address.v6() && address.low() >>> 28 == 0xf;
    }
}
