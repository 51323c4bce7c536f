/**
 * Text on its way into and out of a model: tokenizers, chat templates, and prompts cut to length.
 *
 * <p>Strings and the tokenizer part of a model's files (a Hugging Face directory or GGUF metadata)
 * in; token ids equal to those of Python's {@code transformers} out. How a prompt is cut is in
 * method.md, section 4. Nothing here uses the network, and templates, which are untrusted programs,
 * cannot reach Java.
 */
package org.lensdl4j.model.text;
