/**
 * Generating text: token ids in, token ids out, many texts side by side. Scores come from {@link
 * org.lensdl4j.model.trunk.TokenDecoder}; this package chooses from them.
 */
package org.lensdl4j.model.generate;
