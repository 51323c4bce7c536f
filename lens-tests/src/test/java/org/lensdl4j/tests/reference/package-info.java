/**
 * Comparison with values that PyTorch and transformers computed.
 *
 * <p>The values and the scripts that made them are in {@code src/test/resources/reference} and
 * {@code src/test/python}. Every comparison is relative to the largest expected value of its
 * tensor, because that is what the order of 32-bit additions changes in proportion to; NaN and
 * infinity fail wherever they stand.
 */
package org.lensdl4j.tests.reference;
