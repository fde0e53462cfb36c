/** What went wrong, in the form a user sees it: one exception type with a stable code. Level 0. */
@NullMarked
package pt.sunbeam.failure;

import org.jspecify.annotations.NullMarked;
