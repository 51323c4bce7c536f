package org.lensdl4j.lens.space.health;

/**
 * The distribution over draws of texts.
 *
 * @param median of all draws
 * @param low their 2.5 % quantile
 * @param high their 97.5 % quantile
 */
public record Spread(double median, double low, double high) {}
