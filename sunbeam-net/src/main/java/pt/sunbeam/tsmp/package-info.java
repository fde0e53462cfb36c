/** Messages between Tailscale peers inside the tunnel, IP protocol 99 (TSMP). Codecs only: no state, no time. Level 1. */
@NullMarked
package pt.sunbeam.tsmp;

import org.jspecify.annotations.NullMarked;
