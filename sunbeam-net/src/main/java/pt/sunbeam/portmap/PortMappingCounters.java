package pt.sunbeam.portmap;

/** What became of the requests and answers of {@link PortMapping}. */
public final class PortMappingCounters {
    private final long[] refused = new long[PortMappingRefusal.values().length];
    private long sent;
    private long granted;
    private long expired;
    private long gatewayRestarts;
    private long doubleNat;

    PortMappingCounters() {}

    void countSent() {
        sent++;
    }

    void countGranted(boolean behindAnotherNat) {
        granted++;
        doubleNat += behindAnotherNat ? 1 : 0;
    }

    void countExpired() {
        expired++;
    }

    void countGatewayRestart() {
        gatewayRestarts++;
    }

    void countRefused(PortMappingRefusal reason) {
        refused[reason.ordinal()]++;
    }

    /** Requests sent. */
    public long sent() {
        return sent;
    }

    /** Mappings granted, renewals among them. */
    public long granted() {
        return granted;
    }

    /** Of those, the ones whose external address is private, and so that of another NAT's inside. */
    public long doubleNat() {
        return doubleNat;
    }

    /** Mappings that ended without a renewal. */
    public long expired() {
        return expired;
    }

    /** How often the gateway's epoch told that it had forgotten its mappings. */
    public long gatewayRestarts() {
        return gatewayRestarts;
    }

    /** Answers that gave no mapping for this reason. */
    public long refused(PortMappingRefusal reason) {
        return refused[reason.ordinal()];
    }
}
