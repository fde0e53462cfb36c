/** Counters of the virtual stack, by cause. Depends on nothing. */
@NullMarked
package pt.sunbeam.netstack.counters;

import org.jspecify.annotations.NullMarked;
