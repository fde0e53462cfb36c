/** Byte-level values: hexadecimal text and batches of packets. Level 0: depends on nothing. */
@NullMarked
package pt.sunbeam.bytes;

import org.jspecify.annotations.NullMarked;
