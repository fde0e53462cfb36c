package pt.sunbeam.netcheck;

import pt.sunbeam.ip.IpAddress;
import pt.sunbeam.ip.IpPrefix;

/**
 * An address of a local network interface.
 *
 * @param prefix the address with the length of its network's prefix
 * @param loopback whether the interface is the loopback one
 */
public record InterfaceAddress(IpPrefix prefix, boolean loopback) {
    public IpAddress address() {
        return prefix.address();
    }

    /** Whether nothing but this machine itself reaches the address. */
    boolean onlyHere() {
        return loopback || address().isLoopback();
    }
}
