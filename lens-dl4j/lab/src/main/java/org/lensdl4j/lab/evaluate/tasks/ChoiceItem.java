package org.lensdl4j.lab.evaluate.tasks;

import java.util.List;

/**
 * A question answered by the likeliest of some continuations.
 *
 * @param contexts one per choice; mostly all the same
 * @param continuations one per choice, with the space before it
 * @param lengths characters (code points) of each choice, which {@code acc_norm} divides by
 * @param gold index of the right choice
 */
public record ChoiceItem(List<String> contexts, List<String> continuations, int[] lengths, int gold)
    implements TaskItem {

  /** One context, several continuations after a space. */
  static ChoiceItem of(String context, List<String> choices, int gold) {
    return new ChoiceItem(
        choices.stream().map(c -> context).toList(),
        choices.stream().map(c -> " " + c).toList(),
        lengths(choices),
        gold);
  }

  /** Several contexts, one continuation after a space: partial evaluation. */
  static ChoiceItem partial(List<String> contexts, String continuation, int gold) {
    return new ChoiceItem(
        List.copyOf(contexts),
        contexts.stream().map(c -> " " + continuation).toList(),
        lengths(contexts),
        gold);
  }

  private static int[] lengths(List<String> choices) {
    return choices.stream().mapToInt(c -> c.codePointCount(0, c.length())).toArray();
  }
}
