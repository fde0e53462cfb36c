/** The {@code sunbeam} command: verbs, rendering, the daemon's process. Level 5. */
@NullMarked
package pt.sunbeam.cli;

import org.jspecify.annotations.NullMarked;
