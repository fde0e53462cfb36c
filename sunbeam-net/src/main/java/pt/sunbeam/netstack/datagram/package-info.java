/** What UDP and echo sockets share: queues, events, the way out. Depends on {@code ip}, {@code memory}, {@code counters}. */
@NullMarked
package pt.sunbeam.netstack.datagram;

import org.jspecify.annotations.NullMarked;
