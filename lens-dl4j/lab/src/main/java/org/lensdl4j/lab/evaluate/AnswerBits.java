package org.lensdl4j.lab.evaluate;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.lensdl4j.lab.evaluate.tasks.Requests;
import org.lensdl4j.lab.measure.BitsPerByte;
import org.lensdl4j.lab.measure.HeldOutText;
import org.lensdl4j.lab.measure.TextBits;
import org.lensdl4j.lens.states.States;
import org.lensdl4j.model.text.ChatMessage;
import org.lensdl4j.model.text.TextTokenizer;
import org.lensdl4j.model.text.TokenSequence;
import org.lensdl4j.model.trunk.Outputs;

/**
 * What answers cost the model at hand as it is, whoever gave them: bits of their tokens, behind the
 * request and a second one, in the language itself, to answer in it. So an answer in the right
 * language is not held against the model that gave it, and one that has fallen apart is.
 */
final class AnswerBits {
  private final Evaluation options;
  private final String language;
  private final List<HeldOutText> texts = new ArrayList<>();

  /** Which text each answer is: the same answer to the same request is measured once. */
  private final List<Integer> answers = new ArrayList<>();

  private final Map<List<String>, Integer> known = new HashMap<>();

  /** Bits of answers that are to be in a language. */
  AnswerBits(Evaluation options, String language) {
    this.options = options;
    this.language = language;
  }

  /** Adds an answer. */
  void add(String prompt, String answer) {
    answers.add(
        known.computeIfAbsent(
            List.of(prompt, answer),
            k -> {
              texts.add(text(prompt, answer));
              return texts.size() - 1;
            }));
  }

  private HeldOutText text(String prompt, String answer) {
    TextTokenizer tokenizer = options.model.tokenizer();
    String asked = prompt + "\n\n" + Requests.own(language);
    int[] before =
        tokenizer.encode(
            Conversation.render(options.model, options.system, List.of(ChatMessage.user(asked))));
    int[] own = tokenizer.encode(answer);
    int longest = options.model.config().maxPositions();
    int drop = longest > 0 ? Math.max(0, before.length + own.length - longest) : 0;
    int from = Math.max(0, before.length - drop);
    int[] all = Arrays.copyOfRange(before, before.length - from, before.length + own.length);
    System.arraycopy(own, 0, all, from, own.length);
    return new HeldOutText(TokenSequence.of(all), from, all.length, BitsPerByte.bytes(answer));
  }

  /** Bits and bytes of each answer, in the order in which they were added. */
  List<double[]> measure(String task) {
    States states =
        States.of(options.model, null)
            .threads(options.threads)
            .progress(task + ", bits per byte", options.progress);
    Column untouched = Column.untouched(Evaluation.BEFORE, options.model);
    List<double[]> out = new ArrayList<>();
    for (List<TokenSequence> part :
        states.parts(texts.stream().map(HeldOutText::prompt).toList())) {
      List<HeldOutText> own = texts.subList(out.size(), out.size() + part.size());
      states
          .texts(part)
          .forked(
              List.of(untouched),
              Outputs.ALL_TOKENS,
              (columns, now, trunk) -> {
                double[] bits =
                    new TextBits(trunk, now, task + ", bits per byte", options.progress).of(own);
                for (int i = 0; i < bits.length; i++) {
                  out.add(new double[] {bits[i], own.get(i).bytes()});
                }
              });
    }
    return answers.stream().map(out::get).toList();
  }
}
