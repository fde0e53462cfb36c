/** The daemon: what it runs, in which state it is, and how it starts and ends. Level 4. */
@NullMarked
package pt.sunbeam.daemon;

import org.jspecify.annotations.NullMarked;
