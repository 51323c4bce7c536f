/**
 * Why it came out as it did: principal components, layers, loss terms, curves over a setting,
 * bilingual against multilingual training, interference between languages, the published code's
 * position, costs. States, spaces and trained candidates come in; each analysis is a record of
 * figures that writes itself as CSV, picture and a sentence ({@link
 * org.lensdl4j.lens.analyse.Analysis}). Method, sections 2, 3, 4 and 6.
 */
package org.lensdl4j.lens.analyse;
