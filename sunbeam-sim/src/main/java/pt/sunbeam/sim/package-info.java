/** A network in virtual time: a clock that jumps from event to event and seeded links. Depends on nothing. */
@NullMarked
package pt.sunbeam.sim;

import org.jspecify.annotations.NullMarked;
