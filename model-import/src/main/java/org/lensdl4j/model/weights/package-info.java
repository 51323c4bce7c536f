/**
 * Model files in (safetensors, single or sharded, and GGUF), {@link
 * org.lensdl4j.model.weights.Weights} under Hugging Face names out, memory-mapped and widened on
 * demand. Everything that a file declares is checked before it is used, and before memory is
 * allocated for it.
 */
package org.lensdl4j.model.weights;
