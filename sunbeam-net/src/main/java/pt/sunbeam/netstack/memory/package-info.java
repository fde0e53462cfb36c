/** Buffer memory of the virtual stack: pooled chunks under one budget. Depends on nothing. */
@NullMarked
package pt.sunbeam.netstack.memory;

import org.jspecify.annotations.NullMarked;
