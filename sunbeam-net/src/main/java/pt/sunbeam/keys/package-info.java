/** The key values of a tailnet, with their text forms. Private keys never show themselves. */
@NullMarked
package pt.sunbeam.keys;

import org.jspecify.annotations.NullMarked;
