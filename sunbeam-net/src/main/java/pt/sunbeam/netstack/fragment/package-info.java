/** Fragments of IPv4 and IPv6 put together again, within limits. Depends on {@code ip}, {@code counters}, {@code timer}. */
@NullMarked
package pt.sunbeam.netstack.fragment;

import org.jspecify.annotations.NullMarked;
