/**
 * Texts by language. JSON Lines files come in; a {@link org.lensdl4j.lens.corpus.Corpus} (any
 * texts, for probing) or a {@link org.lensdl4j.lens.corpus.ParallelCorpus} (aligned by id, for
 * training and measuring) goes out. Texts are never altered.
 */
package org.lensdl4j.lens.corpus;
