/**
 * The virtual stack for whoever wants to drive it from outside, by socket calls, packets and a clock alone; docs/netstack-driving.md
 * says how. Nothing else of the program is needed, and nothing else of it uses this package.
 */
@NullMarked
package pt.sunbeam.netstack.drive;

import org.jspecify.annotations.NullMarked;
