/** STUN (RFC 8489) as far as a binding request and its answer: which address the world sees. Level 1, sans-IO. */
@NullMarked
package pt.sunbeam.stun;

import org.jspecify.annotations.NullMarked;
