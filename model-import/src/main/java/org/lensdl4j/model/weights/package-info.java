/**
 * Model files in (safetensors, single or sharded, and GGUF), {@link
 * org.lensdl4j.model.weights.Weights} under Hugging Face names out, memory-mapped and widened on
 * demand. Everything that a file says of itself is checked before it is believed, and before memory
 * is taken for it.
 */
package org.lensdl4j.model.weights;
