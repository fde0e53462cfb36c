package pt.sunbeam.sim.network;

/**
 * An address and a UDP port.
 *
 * @param address one spelling for each address, as nothing here parses it; IPv6 when it has a colon
 * @param port 1 to 65535
 */
public record SimEndpoint(String address, int port) {
    public boolean v6() {
        return isV6(address);
    }

    static boolean isV6(String address) {
        return address.indexOf(':') >= 0;
    }

    @Override
    public String toString() {
        return (v6() ? "[" + address + "]" : address) + ":" + port;
    }
}
