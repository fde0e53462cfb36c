/** The Noise protocol framework, revision 34: symmetric state and the IK handshakes both control and WireGuard use. */
@NullMarked
package pt.sunbeam.noise;

import org.jspecify.annotations.NullMarked;
