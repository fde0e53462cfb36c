package pt.sunbeam.path;

/** The decision of a {@link CandidateFilter} for one endpoint; every refusal is a counter's name. */
public enum CandidateVerdict {
    ACCEPT,
    /** Nothing listens there. */
    PORT_ZERO,
    /** 0.0.0.0/8 or :: (RFC 1122 section 3.2.1.3, RFC 4291 section 2.5.2). */
    UNSPECIFIED,
    /** 127.0.0.0/8 or ::1. */
    LOOPBACK,
    /** 224.0.0.0/4 or ff00::/8. */
    MULTICAST,
    /** 255.255.255.255. */
    BROADCAST,
    /** fe80::/10: without a zone, which disco does not carry, it names no host. */
    LINK_LOCAL_V6,
    /** Where clouds serve an instance's credentials. */
    METADATA,
    /** Within the tailnet: the tunnel would run through itself. */
    TAILNET,
    /** This host itself. */
    OWN_HOST;

    public boolean accepted() {
        return this == ACCEPT;
    }
}
