/**
 * Identifies the language of answers. Texts come in; a language, and whether lines and words are of
 * it, go out. Method, section 6.
 */
package org.lensdl4j.lab.evaluate.fidelity;
