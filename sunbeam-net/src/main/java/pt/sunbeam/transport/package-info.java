/** Dialling: TCP, TLS, trust and name resolution. Level 3, below control, relays and proxy. */
@NullMarked
package pt.sunbeam.transport;

import org.jspecify.annotations.NullMarked;
