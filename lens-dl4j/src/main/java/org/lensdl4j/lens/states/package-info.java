/**
 * Hidden states on disk: what the frozen layers make of a text is computed once and addressed by
 * the hash of weights, tokens and layer. Everything here can be deleted at any time.
 */
package org.lensdl4j.lens.states;
