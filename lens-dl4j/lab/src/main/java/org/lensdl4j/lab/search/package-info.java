/**
 * Hyper-parameter search with Arbiter over {@link org.lensdl4j.lab.experiment.Trials}: a candidate
 * costs its own training and measuring, because states are computed once.
 *
 * <p>In: trials and a {@link org.lensdl4j.lab.search.SearchConfig} (JSON or YAML). Out: a folder
 * that an interrupted search goes on in, and a {@link org.lensdl4j.lab.search.SearchResult}.
 * Arbiter's pieces ({@link org.lensdl4j.lab.search.LensCandidateSpace}, {@link
 * org.lensdl4j.lab.search.LensCandidateGenerator}, {@link org.lensdl4j.lab.search.LensTaskCreator},
 * {@link org.lensdl4j.lab.search.LensScoreFunction}) also work in an {@code
 * OptimizationConfiguration} of one's own.
 *
 * <p>The folder: {@code search.yaml} (the configuration), {@code candidates/0007.json} (a {@link
 * org.lensdl4j.lab.experiment.TrialResult} each), {@code winner-0007/} (a run folder), {@code
 * winner.json} (its held-out figures), and {@code search.json}, which is rewritten after each
 * candidate:
 *
 * <pre>
 * model, central, languages, generator, seed, finished (why it ended, or null), seconds
 * space        [{name, kind: real|integer|choice, scale: linear|log, low, high, values, off}]
 * score        {gain: {measure: weight}, budget: {drift, bits_per_byte}}
 * candidates   [{index, status: complete|failed, parameters: {name: value}, score, gain, retention,
 *                drift, within_budget, pooled: {measure: {before, after, difference, low, high}},
 *                train_seconds, measure_seconds, seconds, error}]
 * best         index of the best candidate within the budget
 * best_so_far  [{index, score}] after each complete candidate, in order
 * pareto       indices of candidates that no other beats in both gain and retention
 * importance   [{parameter, explained, p, rank_correlation, levels, candidates}], see Importance
 * winner       {index, run, development: {gain, retention, drift, pooled}, held_out: {the
 *                same, low, high}, gap}
 * </pre>
 *
 * <p>{@code gain} is the weighted sum of pooled changes, up is good; {@code retention} is minus the
 * relative increase of the central language's bits per byte, or minus its drift where bits per byte
 * are not measured, up is good.
 */
package org.lensdl4j.lab.search;
