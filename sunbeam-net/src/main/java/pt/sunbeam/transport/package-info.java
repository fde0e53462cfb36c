/** Dialling: TCP, TLS, trust, name resolution and proxies. Level 3, below control, relays and proxy. */
@NullMarked
package pt.sunbeam.transport;

import org.jspecify.annotations.NullMarked;
