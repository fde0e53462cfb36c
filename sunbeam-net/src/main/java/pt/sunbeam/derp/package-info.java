/** The relay protocol (Tailscale's DERP, version 2): frames and the client's state machine. Level 1, sans-IO. */
@NullMarked
package pt.sunbeam.derp;

import org.jspecify.annotations.NullMarked;
