/**
 * Model files: safetensors (single, sharded) and GGUF. Bytes come in, {@link
 * org.lensdl4j.model.weights.Weights} under Hugging Face names go out. Everything a file says of
 * itself is checked before it is believed, and before memory is taken for it.
 */
package org.lensdl4j.model.format;
