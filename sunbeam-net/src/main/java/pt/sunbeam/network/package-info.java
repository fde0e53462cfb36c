/**
 * Notices that this machine's network changed or that the machine slept: {@link pt.sunbeam.network.NetworkMonitor}. Level 3;
 * what decides is sans-IO, and only the monitor and its sources touch the system.
 */
@NullMarked
package pt.sunbeam.network;

import org.jspecify.annotations.NullMarked;
