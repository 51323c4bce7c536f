/**
 * Writes models back. A model and changed tensors come in; what goes out is a copy of the model's
 * Hugging Face directory with those tensors replaced or, from a GGUF file, a complete new
 * directory.
 */
package org.lensdl4j.model.export;
