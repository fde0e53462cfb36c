/** IP addresses, prefixes and endpoints as values, parsed without name resolution. */
@NullMarked
package pt.sunbeam.ip;

import org.jspecify.annotations.NullMarked;
