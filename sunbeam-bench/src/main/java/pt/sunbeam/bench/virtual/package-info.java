/** Goodput of two stacks over simulated links in virtual time. */
@NullMarked
package pt.sunbeam.bench.virtual;

import org.jspecify.annotations.NullMarked;
