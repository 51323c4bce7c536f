package org.lensdl4j.ui;

import java.util.List;
import java.util.Map;
import org.deeplearning4j.arbiter.optimize.runner.CandidateStatus;

/**
 * What the page shows of a candidate.
 *
 * @param score null while there is none, and of one that is over budget, whose score says only how
 *     far
 * @param created in milliseconds since 1970
 * @param ended in milliseconds since 1970, or 0 while it runs
 * @param parameters drawn values by name
 * @param measures rows of name, before, after, change and its interval
 * @param losses of the optimiser steps
 * @param details more, as JSON; empty if there is none
 * @param error a stack trace or message, or null
 */
record ShownCandidate(
    int index,
    CandidateStatus status,
    boolean overBudget,
    Double score,
    long created,
    long ended,
    Map<String, String> parameters,
    List<List<String>> measures,
    List<Double> losses,
    String details,
    String error) {

  /** One that has just been drawn. */
  ShownCandidate(int index, long created, Map<String, String> parameters) {
    this(
        index,
        CandidateStatus.Created,
        false,
        null,
        created,
        0,
        parameters,
        List.of(),
        List.of(),
        "",
        null);
  }

  boolean isDone() {
    return status != CandidateStatus.Created && status != CandidateStatus.Running;
  }

  /** Whether it can be compared with others. */
  boolean counts() {
    return status == CandidateStatus.Complete && score != null && Double.isFinite(score);
  }
}
