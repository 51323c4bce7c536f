/**
 * Generating text: token ids in, token ids out, one at a time. Scores come from {@link
 * org.lensdl4j.model.trunk.TokenDecoder}; what is chosen from them is decided here.
 */
package org.lensdl4j.model.generate;
