/**
 * Probing. Last-token states by language and layer come in as sums ({@link
 * org.lensdl4j.lens.space.LanguageStatistics}); {@link org.lensdl4j.lens.space.LanguageProbe}
 * solves for the subspaces; a {@link org.lensdl4j.lens.space.LanguageSpace}, an immutable value
 * with a file form, goes out.
 *
 * <p>Per layer, with the language means M = [m_1 ... m_L] (d x L), their mean mbar and the central
 * language c:
 *
 * <pre>
 * specific  S       = first r left singular vectors of M - mbar 1^T
 * agnostic  A       = a / |a|,   a = mbar - S S^T mbar
 * direction delta_l = S S^T (m_l - m_c)
 * </pre>
 */
package org.lensdl4j.lens.space;
