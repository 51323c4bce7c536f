/**
 * SameDiff graphs of decoder layers, built from a description and weights: token rows in, hidden
 * states and logits out.
 *
 * <p>All texts of a batch lie one behind the other as rows {@code [rows, hidden]}; who sees whom is
 * in the attention mask. So there is no padding, a start that all prompts share stands there once,
 * and one graph serves every batch.
 *
 * <p>Any other SameDiff graph whose hidden states have names is read through {@link
 * org.lensdl4j.model.graph.TappedGraph}: what ONNX import yields, and graphs of users' own.
 */
package org.lensdl4j.model.graph;
