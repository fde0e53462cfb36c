/** A whole tailnet in one JVM: control server, relay and peers, with knobs for every fault the tests need. */
@NullMarked
package pt.sunbeam.testkit;

import org.jspecify.annotations.NullMarked;
