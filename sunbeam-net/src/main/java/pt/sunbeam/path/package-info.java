/**
 * Paths to peers beside the relay: which datagram is whose, which addresses may be tried, and which of them is the way to a peer.
 * Level 1, sans-IO.
 */
@NullMarked
package pt.sunbeam.path;

import org.jspecify.annotations.NullMarked;
