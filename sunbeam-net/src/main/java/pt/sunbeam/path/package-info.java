/** Paths to peers beside the relay: which datagram is whose, and which addresses may be tried. Level 1, sans-IO. */
@NullMarked
package pt.sunbeam.path;

import org.jspecify.annotations.NullMarked;
