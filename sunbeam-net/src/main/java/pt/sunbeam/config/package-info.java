/** What the user set, context by context, and the folder that holds a context's state. */
@NullMarked
package pt.sunbeam.config;

import org.jspecify.annotations.NullMarked;
