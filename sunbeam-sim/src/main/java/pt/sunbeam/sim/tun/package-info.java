/** TUN devices and network namespaces of Linux, through the Foreign Function API. Needs root. */
@NullMarked
package pt.sunbeam.sim.tun;

import org.jspecify.annotations.NullMarked;
