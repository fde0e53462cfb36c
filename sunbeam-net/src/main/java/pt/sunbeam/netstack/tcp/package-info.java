/** TCP (RFC 9293) without I/O: segments in, segments out, time as an argument. Everything is confined to the stack's owner thread. */
@NullMarked
package pt.sunbeam.netstack.tcp;

import org.jspecify.annotations.NullMarked;
