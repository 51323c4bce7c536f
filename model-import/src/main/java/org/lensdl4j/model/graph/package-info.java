/**
 * SameDiff graphs of transformer layers, built from a description and weights: token rows in,
 * hidden states and logits out.
 *
 * <p>All texts of a batch are packed one after another as rows {@code [rows, hidden]}; the
 * attention mask says which tokens a token attends to. So there is no padding, a beginning that all
 * prompts share is there once, and one graph serves every batch.
 *
 * <p>Any other SameDiff graph whose hidden states have names is read through {@link
 * org.lensdl4j.model.graph.TappedGraph}: what ONNX import yields, and graphs of users' own.
 */
package org.lensdl4j.model.graph;
