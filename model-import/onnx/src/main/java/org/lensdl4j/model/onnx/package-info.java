/**
 * ONNX files into SameDiff. A file of {@code torch.onnx.export} comes in; {@link
 * org.lensdl4j.model.onnx.OnnxModel}, a SameDiff graph whose placeholders and outputs have the
 * file's names and whose hidden states are found and listed, goes out.
 *
 * <p>Sizes that are known only at run time (batch, length) are followed as symbols, so that the
 * shape arithmetic which fills such files is done while translating and never appears in the graph.
 */
package org.lensdl4j.model.onnx;
