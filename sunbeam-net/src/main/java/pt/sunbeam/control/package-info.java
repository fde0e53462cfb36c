/**
 * The control connection: key fetch, upgrade, Noise IK, HTTP/2 inside it, registration and the map stream. Level 3: its
 * channels live on one event loop, its calls block and belong on virtual threads.
 */
@NullMarked
package pt.sunbeam.control;

import org.jspecify.annotations.NullMarked;
