/**
 * Many configurations on one model and one set of texts, from states that are computed once.
 *
 * <p>In: a model, texts to probe, train, develop and confirm on ({@link
 * org.lensdl4j.lens.trial.Trials}), then configurations one after the other or several at once.
 * Out: for each a {@link org.lensdl4j.lens.trial.TrialResult}, with every measure of {@code
 * lens.measure} before and after, per language and pooled, item by item. A second configuration
 * costs its own training and the top layers of the measured texts: states, the language space's
 * states and the untouched model's figures are kept.
 *
 * <p>Ablations, learning curves, searches and distributed searches are loops over {@code
 * trials.run(config)}.
 */
package org.lensdl4j.lens.trial;
