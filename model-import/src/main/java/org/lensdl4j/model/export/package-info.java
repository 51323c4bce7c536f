/**
 * Writes models back. A model and changed tensors come in; a Hugging Face directory goes out that
 * is the model's own but for those tensors, or, from a GGUF file, a complete one.
 */
package org.lensdl4j.model.export;
