/** The link emulator: the model of {@code pt.sunbeam.sim} in real time, between two TUN devices. */
@NullMarked
package pt.sunbeam.sim.emulator;

import org.jspecify.annotations.NullMarked;
