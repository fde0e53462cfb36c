/** Monotonic and wall time as arguments and injected sources, and rates over it. Level 0: depends on nothing. */
@NullMarked
package pt.sunbeam.time;

import org.jspecify.annotations.NullMarked;
