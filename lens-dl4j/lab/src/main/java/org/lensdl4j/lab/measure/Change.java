package org.lensdl4j.lab.measure;

/**
 * One figure before and after.
 *
 * @param measure which figure
 * @param language of which language
 * @param before on the model before training
 * @param after on the model after training
 * @param difference after - before, with its paired bootstrap interval over items
 * @param items number of items
 */
public record Change(
    Measure measure,
    String language,
    double before,
    double after,
    Interval difference,
    int items) {}
