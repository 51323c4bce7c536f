package org.lensdl4j.lens.train;

/**
 * One optimiser step.
 *
 * @param step 1-based
 * @param steps steps of the whole run
 * @param epoch 0-based
 * @param learningRate the rate that was used
 * @param gradientNorm L2 norm of the whole gradient before clipping
 * @param loss mean cross-entropy of the step's response tokens, in nats, before the step
 * @param tokens response tokens of the step
 */
public record TuningStep(
    int step,
    int steps,
    int epoch,
    double learningRate,
    double gradientNorm,
    double loss,
    int tokens) {}
