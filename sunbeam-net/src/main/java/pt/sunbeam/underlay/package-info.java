/** The UDP sockets that carry the tailnet's datagrams over the network this machine is in. Level 3. */
@NullMarked
package pt.sunbeam.underlay;

import org.jspecify.annotations.NullMarked;
