/**
 * Weights under Hugging Face names, memory-mapped and widened on demand, whatever file they come
 * from.
 */
package org.lensdl4j.model.weights;
