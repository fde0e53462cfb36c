/** The primitives the protocols stand on, over byte arrays. The only package that sees BouncyCastle or javax.crypto. */
@NullMarked
package pt.sunbeam.crypto;

import org.jspecify.annotations.NullMarked;
