package org.lensdl4j.lab.search;

/** Is told how a search goes; one call at a time. */
@FunctionalInterface
public interface SearchListener {
  /**
   * A candidate is done.
   *
   * @param candidate complete or failed
   * @param again whether it was done before an interruption and is only remembered
   * @param done candidates done so far
   * @param most candidates at most, or 0 if there is no bound
   */
  void onCandidate(CandidateRecord candidate, boolean again, int done, int most);
}
