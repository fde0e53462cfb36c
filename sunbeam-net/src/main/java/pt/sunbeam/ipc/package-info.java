/** The daemon's control socket: one line of JSON a message, a status, its server and its client. */
@NullMarked
package pt.sunbeam.ipc;

import org.jspecify.annotations.NullMarked;
