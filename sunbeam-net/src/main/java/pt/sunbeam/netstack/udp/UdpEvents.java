package pt.sunbeam.netstack.udp;

import pt.sunbeam.ip.IpEndpoint;
import pt.sunbeam.netstack.ip.Icmp;

/**
 * What happens to a UDP socket, told after the stack has finished the step that caused it. Every socket call is allowed in
 * these methods.
 */
public interface UdpEvents {
    /** Datagrams wait; take them with {@link UdpSocket#receive} until there are none. */
    default void readable(UdpSocket socket) {}

    /** A datagram to {@code remote} was refused or lost, as an ICMP error says; of several the last one is told. */
    default void unreachable(UdpSocket socket, IpEndpoint remote, Icmp.ErrorKind kind) {}
}
