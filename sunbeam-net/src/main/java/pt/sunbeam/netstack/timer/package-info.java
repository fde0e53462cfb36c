/** Timers of the virtual stack in one heap. Depends only on {@code time}. */
@NullMarked
package pt.sunbeam.netstack.timer;

import org.jspecify.annotations.NullMarked;
