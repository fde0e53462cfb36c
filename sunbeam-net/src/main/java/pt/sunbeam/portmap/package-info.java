/** Port mapping by NAT-PMP (RFC 6886) and PCP (RFC 6887): one UDP port of this machine, opened at its router. Level 1, sans-IO. */
@NullMarked
package pt.sunbeam.portmap;

import org.jspecify.annotations.NullMarked;
