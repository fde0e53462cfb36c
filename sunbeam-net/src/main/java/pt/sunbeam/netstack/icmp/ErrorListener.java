package pt.sunbeam.netstack.icmp;

import pt.sunbeam.netstack.ip.Icmp;
import pt.sunbeam.netstack.ip.IpHeader;

/** Hears the ICMP errors about packets of one transport protocol. */
@FunctionalInterface
public interface ErrorListener {
    /**
     * Takes an error about a packet of ours.
     *
     * @param quoted the beginning of that packet, read from {@code b}
     * @param mtuBytes the MTU of {@link Icmp.ErrorKind#TOO_BIG}; otherwise 0
     * @return false when the packet belongs to nothing that is open (RFC 5927)
     */
    boolean onError(IpHeader quoted, byte[] b, Icmp.ErrorKind kind, int mtuBytes);
}
