package org.lensdl4j.model.generate;

/**
 * What was generated.
 *
 * @param tokens without the one that ended the text
 * @param ended whether the model ended the text; if not, the listener had enough, or there was no
 *     more room
 * @param margin the smallest distance between the best and the second best score over all tokens
 *     that were taken for being the best; infinite if there are none. Scores differ by rounding
 *     from batch to batch, by about 1e-4: where the margin is not clearly above that, the text may
 *     come out otherwise in another batch
 */
public record Generated(int[] tokens, boolean ended, float margin) {}
