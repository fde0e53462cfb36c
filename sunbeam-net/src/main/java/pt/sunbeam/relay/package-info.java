/** Relay connections: dialling, upgrade, reconnecting, and which regions are connected. Level 3, on the data loop. */
@NullMarked
package pt.sunbeam.relay;

import org.jspecify.annotations.NullMarked;
