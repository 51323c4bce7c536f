/**
 * Text on its way into and out of a model: tokenizers, chat templates, and prompts cut to length.
 *
 * <p>In come strings and the tokenizer part of a model's files (a Hugging Face directory or GGUF
 * metadata); out go token ids equal to those of Python's {@code transformers}. How a prompt is cut
 * is in method.md, section 4. Nothing here reaches for the network, and templates, which are
 * untrusted programs, reach no Java.
 */
package org.lensdl4j.model.text;
