/** Hosts, networks and the NATs between them, in the virtual time of {@link pt.sunbeam.sim.SimClock}: datagrams by UDP, nothing else. */
@NullMarked
package pt.sunbeam.sim.network;

import org.jspecify.annotations.NullMarked;
