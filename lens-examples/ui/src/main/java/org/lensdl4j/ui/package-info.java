/**
 * Pages for Deeplearning4j's training UI: {@code /lens} with the loss terms and the subspaces'
 * energies of every step, per language; {@code /arbiter} with a running search. What listeners are
 * told goes into a storage, what the storage has onto a page.
 */
package org.lensdl4j.ui;
