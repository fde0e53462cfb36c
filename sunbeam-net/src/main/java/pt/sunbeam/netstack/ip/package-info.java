/** IPv4, IPv6 and ICMP on the wire. Codecs only: no state, no time. */
@NullMarked
package pt.sunbeam.netstack.ip;

import org.jspecify.annotations.NullMarked;
