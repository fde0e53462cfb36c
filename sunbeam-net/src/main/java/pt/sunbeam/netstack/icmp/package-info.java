/** ICMP and ICMPv6: echo both ways, errors in and out. */
@NullMarked
package pt.sunbeam.netstack.icmp;

import org.jspecify.annotations.NullMarked;
