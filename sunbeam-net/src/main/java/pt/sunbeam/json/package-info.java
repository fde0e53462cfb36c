/** JSON as ordered maps and lists over Jackson's streaming layer: small enough for commands that must start fast. */
@NullMarked
package pt.sunbeam.json;

import org.jspecify.annotations.NullMarked;
