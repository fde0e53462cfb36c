package pt.sunbeam.sim.network;

/**
 * How a NAT treats UDP, in the words of RFC 4787.
 *
 * @param mapping which destinations share a mapping (section 4.1)
 * @param filtering whose datagrams a mapping lets in (section 5)
 * @param hairpinning whether a host inside reaches another one's mapping from inside (section 6)
 * @param lifetimeNanos how long a mapping, and what it lets in, outlives the last datagram sent through it (section 4.3)
 */
public record NatBehaviour(Mapping mapping, Filtering filtering, boolean hairpinning, long lifetimeNanos) {
    /** Which destinations share a mapping. */
    public enum Mapping {
        /** All. */
        ENDPOINT_INDEPENDENT,
        /** None: each address and port has its own. */
        ADDRESS_AND_PORT_DEPENDENT,
        /** There are no mappings: no UDP passes. */
        NONE
    }

    /** Whose datagrams a mapping lets in. */
    public enum Filtering {
        /** Everybody's. */
        ENDPOINT_INDEPENDENT,
        /** Those of an address that something was sent to. */
        ADDRESS_DEPENDENT,
        /** Those of an address and port that something was sent to. */
        ADDRESS_AND_PORT_DEPENDENT
    }

    /** Shorter than the two minutes that section 4.3 asks for, and what Linux gives a mapping that saw no answer. */
    private static final long LIFETIME_NANOS = 30_000_000_000L;

    public static final NatBehaviour ENDPOINT_INDEPENDENT =
            of(Mapping.ENDPOINT_INDEPENDENT, Filtering.ENDPOINT_INDEPENDENT);
    public static final NatBehaviour ADDRESS_RESTRICTED = of(Mapping.ENDPOINT_INDEPENDENT, Filtering.ADDRESS_DEPENDENT);
    public static final NatBehaviour PORT_RESTRICTED =
            of(Mapping.ENDPOINT_INDEPENDENT, Filtering.ADDRESS_AND_PORT_DEPENDENT);
    public static final NatBehaviour SYMMETRIC =
            of(Mapping.ADDRESS_AND_PORT_DEPENDENT, Filtering.ADDRESS_AND_PORT_DEPENDENT);
    public static final NatBehaviour UDP_BLOCKED = of(Mapping.NONE, Filtering.ADDRESS_AND_PORT_DEPENDENT);

    private static NatBehaviour of(Mapping mapping, Filtering filtering) {
        return new NatBehaviour(mapping, filtering, false, LIFETIME_NANOS);
    }

    public NatBehaviour withHairpinning() {
        return new NatBehaviour(mapping, filtering, true, lifetimeNanos);
    }

    public NatBehaviour withLifetime(long nanos) {
        return new NatBehaviour(mapping, filtering, hairpinning, nanos);
    }
}
