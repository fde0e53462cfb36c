/** The stack measured against the kernel's TCP, in network namespaces, through the link emulator. */
@NullMarked
package pt.sunbeam.bench.kernel;

import org.jspecify.annotations.NullMarked;
