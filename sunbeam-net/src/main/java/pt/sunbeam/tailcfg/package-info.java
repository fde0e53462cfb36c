/**
 * The wire records of the control protocol and their JSON, as Tailscale 1.102 {@code tailcfg/tailcfg.go} writes them.
 * Level 1: values and one total codec, {@link pt.sunbeam.tailcfg.ControlJson}.
 */
@NullMarked
package pt.sunbeam.tailcfg;

import org.jspecify.annotations.NullMarked;
