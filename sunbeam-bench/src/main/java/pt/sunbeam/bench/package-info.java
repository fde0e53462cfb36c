/** JMH benchmarks of the engine's machines, one class a machine. */
@NullMarked
package pt.sunbeam.bench;

import org.jspecify.annotations.NullMarked;
