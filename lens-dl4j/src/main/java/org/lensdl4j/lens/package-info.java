/**
 * Lens (arXiv 2410.04407) on ND4J: texts come in, a language space and an enhanced model go out.
 *
 * <p>A package per station: {@code config}, {@code corpus} (texts), {@code space} (probing,
 * equation 2 of the method), {@code states}, {@code loss}, {@code train}, {@code measure}.
 */
package org.lensdl4j.lens;
