/**
 * WireGuard (the protocol page at wireguard.com/protocol and the paper "WireGuard: Next Generation Kernel Network Tunnel")
 * as one machine without sockets, clocks or threads. Where datagrams go is decided elsewhere.
 */
@NullMarked
package pt.sunbeam.wireguard;

import org.jspecify.annotations.NullMarked;
