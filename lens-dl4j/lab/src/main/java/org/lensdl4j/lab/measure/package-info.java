/**
 * What training changed, on parallel texts that it has not seen. Snapshots of a model's states and
 * token probabilities come in; a {@link org.lensdl4j.lab.measure.Comparison} of two goes out, each
 * figure with a paired bootstrap interval over items. Method, section 6.
 */
package org.lensdl4j.lab.measure;
