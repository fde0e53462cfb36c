package pt.sunbeam.sim.network;

/** What has an address in a {@link SimSegment}. */
interface SimInterface {
    /** A datagram came for {@code destination}, whose address is this one's. */
    void arrive(SimEndpoint source, SimEndpoint destination, byte[] payload);
}
