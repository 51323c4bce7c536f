package org.lensdl4j.lab.evaluate;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.lensdl4j.lab.evaluate.tasks.ChoiceItem;
import org.lensdl4j.lab.measure.HeadRows;
import org.lensdl4j.lens.states.States;
import org.lensdl4j.model.base.Progress;
import org.lensdl4j.model.text.TokenSequence;
import org.lensdl4j.model.trunk.Outputs;
import org.lensdl4j.model.trunk.StateEdit;

/**
 * Sums of log-probabilities of continuations, for all columns of a subject at once. Sequences that
 * several choices share (letters as answers) run once.
 */
final class ChoiceScorer {
  private final Subject subject;
  private final States states;
  private final PromptTokens tokens;

  /** A scorer whose progress is told under a name. */
  public ChoiceScorer(Subject subject, String task, Progress progress) {
    this.subject = subject;
    states = subject.states().progress(task, progress);
    tokens = new PromptTokens(subject.model());
  }

  /** A choice: which sequence, from where on, which tokens. */
  private record Request(int sequence, int first, int[] targets) {}

  /**
   * Scores items in one language.
   *
   * @return per column name, for each item its scores
   */
  public Map<String, List<ChoiceScores>> score(List<ChoiceItem> items, String language) {
    List<TokenSequence> sequences = new ArrayList<>();
    List<Request> requests = new ArrayList<>();
    Map<List<Integer>, Integer> known = new LinkedHashMap<>();
    boolean lastOnly = true;
    for (ChoiceItem item : items) {
      for (int i = 0; i < item.continuations().size(); i++) {
        PromptTokens.Pair pair = tokens.pair(item.contexts().get(i), item.continuations().get(i));
        int[] input = pair.input();
        int index =
            known.computeIfAbsent(
                Arrays.stream(input).boxed().toList(),
                k -> {
                  sequences.add(TokenSequence.of(input));
                  return sequences.size() - 1;
                });
        requests.add(new Request(index, pair.first(), pair.targets()));
        lastOnly &= pair.targets().length == 1;
      }
    }
    Outputs outputs = lastOnly ? Outputs.LAST_TOKEN : Outputs.ALL_TOKENS;
    Map<String, double[]> sums = new LinkedHashMap<>();
    Map<String, boolean[]> greedy = new LinkedHashMap<>();
    for (Column column : subject.columns()) {
      sums.put(column.name(), new double[requests.size()]);
      boolean[] all = new boolean[requests.size()];
      Arrays.fill(all, true);
      greedy.put(column.name(), all);
    }
    int from = 0;
    for (List<TokenSequence> part : states.parts(sequences)) {
      run(part, from, requests, outputs, language, sums, greedy);
      from += part.size();
    }
    Map<String, List<ChoiceScores>> out = new LinkedHashMap<>();
    sums.forEach((name, values) -> out.put(name, cut(items, values, greedy.get(name))));
    return out;
  }

  private void run(
      List<TokenSequence> part,
      int from,
      List<Request> requests,
      Outputs outputs,
      String language,
      Map<String, double[]> sums,
      Map<String, boolean[]> greedy) {
    states
        .texts(part)
        .answersFrom(answers(part.size(), from, requests))
        .forked(
            subject.in(language),
            outputs,
            (columns, now, trunk) -> {
              float[] state = new float[now.hiddenSize()];
              for (Column.Way column : columns) {
                double[] sum = sums.get(column.name());
                boolean[] best = greedy.get(column.name());
                StateEdit edit = column.atEnd();
                HeadRows rows =
                    new HeadRows(
                        trunk,
                        now.hiddenSize(),
                        (owner, value, isBest) -> {
                          sum[owner] += value;
                          best[owner] &= isBest;
                        });
                for (int r = 0; r < requests.size(); r++) {
                  Request request = requests.get(r);
                  int text = request.sequence() - from;
                  if (text < 0 || text >= part.size()) {
                    continue;
                  }
                  int[] letters = letters(requests, r);
                  if (letters.length > 1) {
                    now.token(text, request.first(), state);
                    edit.apply(now.layer(), request.first(), true, state, 0);
                    rows.add(state, r, letters);
                    r += letters.length - 1;
                    continue;
                  }
                  for (int k = 0; k < request.targets().length; k++) {
                    now.token(text, request.first() + k, state);
                    edit.apply(now.layer(), request.first() + k, true, state, 0);
                    rows.add(state, r, request.targets()[k]);
                  }
                }
                rows.flush();
              }
            });
  }

  /** Where the sequences of a part begin to be asked about. */
  private static int[] answers(int size, int from, List<Request> requests) {
    int[] out = new int[size];
    Arrays.fill(out, Integer.MAX_VALUE);
    for (Request request : requests) {
      int text = request.sequence() - from;
      if (text >= 0 && text < size) {
        out[text] = Math.min(out[text], request.first());
      }
    }
    return out;
  }

  /** The tokens of requests from one on that ask the same state for a single token each. */
  private static int[] letters(List<Request> requests, int from) {
    int to = from;
    while (to < requests.size()
        && requests.get(to).sequence() == requests.get(from).sequence()
        && requests.get(to).targets().length == 1) {
      to++;
    }
    return requests.subList(from, to).stream().mapToInt(r -> r.targets()[0]).toArray();
  }

  private static List<ChoiceScores> cut(List<ChoiceItem> items, double[] sums, boolean[] greedy) {
    List<ChoiceScores> out = new ArrayList<>();
    int at = 0;
    for (ChoiceItem item : items) {
      int to = at + item.continuations().size();
      out.add(
          new ChoiceScores(Arrays.copyOfRange(sums, at, to), Arrays.copyOfRange(greedy, at, to)));
      at = to;
    }
    return out;
  }
}
