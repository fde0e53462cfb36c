/** Path discovery (Tailscale's disco): the boxes that carry its messages, and the messages. Level 1, sans-IO. */
@NullMarked
package pt.sunbeam.disco;

import org.jspecify.annotations.NullMarked;
