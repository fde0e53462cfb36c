/** UDP (RFC 768): sockets, and the answer to datagrams for nobody. */
@NullMarked
package pt.sunbeam.netstack.udp;

import org.jspecify.annotations.NullMarked;
