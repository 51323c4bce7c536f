/**
 * Many configurations on one model and one set of texts, from states that are computed once.
 *
 * <p>In: a model, texts to probe, train, develop and confirm on ({@link
 * org.lensdl4j.lab.experiment.Trials}), then configurations one after the other or several at once.
 * Out: for each a {@link org.lensdl4j.lab.experiment.TrialResult}, with every measure of {@code
 * lab.measure} before and after, per language and pooled, item by item. A second configuration
 * costs its own training and the top layers of the measured texts: states, the language space's
 * states and the untouched model's figures are kept.
 *
 * <p>Ablations, learning curves, searches and distributed searches are loops over {@code
 * trials.run(config)}.
 *
 * <p>Why a run came out as it did is answered by analyses ({@link
 * org.lensdl4j.lab.experiment.Analysis}): principal components, layers, loss terms, curves over a
 * setting, bilingual against multilingual training, interference between languages, the published
 * code's position, costs. Each is a record of figures that writes itself as CSV, picture and a
 * sentence. Method, sections 2, 3, 4 and 6.
 */
package org.lensdl4j.lab.experiment;
