/**
 * The virtual TCP/IP stack between applications' bytes and the tunnel's inner packets. Without I/O: packets, calls and
 * time come in as arguments, packets are pulled out.
 */
@NullMarked
package pt.sunbeam.netstack;

import org.jspecify.annotations.NullMarked;
