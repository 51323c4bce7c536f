/**
 * The frozen lower part of a model, run layer by layer over all texts: token sequences in, hidden
 * states out. Only the top layers are ever trained, so its output depends on the text alone and is
 * computed once.
 */
package org.lensdl4j.model.trunk;
