/**
 * The three terms of Lens (method.md section 3; arXiv 2410.04407 section 3.2) as SameDiff
 * expressions: rows of hidden states in, scalar losses out. They attach to any graph that yields
 * such rows.
 *
 * <p>{@link org.lensdl4j.lens.loss.LensListener} and {@link org.lensdl4j.lens.loss.HeldOutMonitor}
 * say while any training loop runs what becomes of the terms and of held-out parallel texts.
 */
package org.lensdl4j.lens.loss;
