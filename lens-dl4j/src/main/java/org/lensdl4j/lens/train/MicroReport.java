package org.lensdl4j.lens.train;

import java.util.List;
import java.util.Map;

/**
 * The losses of one micro-batch, before the step that it belongs to.
 *
 * @param epoch 0-based
 * @param micro 0-based number of the micro-batch in its epoch
 * @param prompts 0-based numbers of its prompts in the corpus
 * @param loss the weighted sum
 * @param align the alignment term of each target language, unweighted; empty if the term is off
 * @param separate the separation term of each target language, unweighted; empty if the term is off
 * @param retain the retention term, unweighted; 0 if it is off
 * @param retainTargets the retention term of the target languages, unweighted; 0 if it is off
 * @param contrast the contrastive term, unweighted; 0 if it is off
 */
public record MicroReport(
    int epoch,
    int micro,
    List<Integer> prompts,
    double loss,
    Map<String, Double> align,
    Map<String, Double> separate,
    double retain,
    double retainTargets,
    double contrast) {}
