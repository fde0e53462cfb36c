package pt.sunbeam.sim.network;

/** Why a datagram did not arrive. */
public enum LossReason {
    /** The link lost it. */
    ON_THE_WAY,
    /** Both addresses are cut off from each other. */
    BLACKOUT,
    /** Nobody has the address, or had it when the datagram arrived. */
    NO_SUCH_ADDRESS,
    /** Nobody has the port, or its owner sleeps. */
    NOBODY_LISTENS,
    /** A NAT lets no UDP out, or none of that family. */
    BLOCKED,
    /** No mapping of a NAT has the port. */
    NO_MAPPING,
    /** A NAT lets the sender not in. */
    FILTERED,
    /** A NAT does not turn datagrams back inside. */
    NO_HAIRPINNING
}
