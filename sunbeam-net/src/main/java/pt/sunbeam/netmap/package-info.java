/**
 * The tailnet as one immutable value, folded from full and delta map messages, and the packet filter compiled from it.
 * Level 1: no I/O, no clock, no thread.
 */
@NullMarked
package pt.sunbeam.netmap;

import org.jspecify.annotations.NullMarked;
