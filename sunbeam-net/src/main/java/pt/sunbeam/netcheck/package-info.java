/** What the network between this machine and the relays is like. Level 3. */
@NullMarked
package pt.sunbeam.netcheck;

import org.jspecify.annotations.NullMarked;
