package pt.sunbeam.netmap;

/** The filter's decision for one packet; every refusal is a counter's name. */
public enum FilterVerdict {
    ACCEPT,
    /** Too short for its header, an unknown IP version, or a tiny fragment. */
    DROP_MALFORMED,
    DROP_MULTICAST,
    DROP_LINK_LOCAL,
    /** Not for an address of this node. */
    DROP_NOT_LOCAL,
    /** No rule allows it. */
    DROP_NO_RULE;

    public boolean accepted() {
        return this == ACCEPT;
    }
}
