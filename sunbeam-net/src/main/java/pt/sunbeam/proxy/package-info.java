/** Local listeners and the splices that join their connections to connections in the tailnet. Level 3, on the data loop. */
@NullMarked
package pt.sunbeam.proxy;

import org.jspecify.annotations.NullMarked;
