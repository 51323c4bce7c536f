/**
 * The entry point: a model's files in, everything that can be asked of the model out:
 * configuration, weights, tokenizer, chat template, hidden states, SameDiff graphs.
 */
package org.lensdl4j.model;
