package pt.sunbeam.tailcfg;

/** How a node learned one of its own endpoints ({@code tailcfg.EndpointType}). */
public enum EndpointType {
    UNKNOWN(0),
    /** An address of a local interface. */
    LOCAL(1),
    /** What a STUN server saw. */
    STUN(2),
    /** A mapping that the router granted. */
    PORT_MAPPED(3),
    /** STUN's address with the local port, for routers with a fixed forward. */
    STUN_LOCAL_PORT(4),
    /** Told by the user. */
    CONFIGURED(5);

    private final int code;

    EndpointType(int code) {
        this.code = code;
    }

    public int code() {
        return code;
    }
}
