/** WireGuard, the way to each peer, and the TCP/IP stack as one machine. Level 2, sans-IO. */
@NullMarked
package pt.sunbeam.dataplane;

import org.jspecify.annotations.NullMarked;
