package org.lensdl4j.lab.evaluate;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.lensdl4j.lab.evaluate.tasks.AnswerItem;
import org.lensdl4j.lab.evaluate.tasks.ChatItem;
import org.lensdl4j.model.TransformerModel;
import org.lensdl4j.model.base.Progress;
import org.lensdl4j.model.generate.Generator;
import org.lensdl4j.model.generate.Sampling;
import org.lensdl4j.model.text.ChatMessage;

/**
 * Texts that one column generates, greedily. All of its layers are in memory meanwhile; its states
 * are changed by its {@link StateEdit}.
 */
public final class Answers implements AutoCloseable {
  private final TransformerModel model;
  private final PromptTokens tokens;
  private final Generator generator;
  private final int maxNewTokens;

  /**
   * Loads a column.
   *
   * @param language whose states are edited
   * @param maxNewTokens longest answer
   */
  public Answers(Subject subject, Column column, String language, int maxNewTokens) {
    model = subject.model();
    tokens = new PromptTokens(model);
    this.maxNewTokens = maxNewTokens;
    StateEdit.OfState edit = column.edit().in(language);
    generator = new Generator(model.config(), column.weights());
    generator.editStates(edit::apply);
  }

  /** The answers to all items, each cut before the first of its stops. */
  public List<String> plain(List<AnswerItem> items, String task, Progress progress) {
    List<String> out = new ArrayList<>();
    for (AnswerItem item : items) {
      out.add(generate(tokens.encode(item.prompt()), item.until()));
      progress.update(task, out.size(), items.size());
    }
    return out;
  }

  /** The answers to all turns of all items. */
  public List<List<String>> chats(
      List<ChatItem> items, String system, String task, Progress progress) {
    List<List<String>> out = new ArrayList<>();
    for (ChatItem item : items) {
      List<ChatMessage> turns = new ArrayList<>();
      List<String> answers = new ArrayList<>();
      for (String turn : item.turns()) {
        turns.add(ChatMessage.user(turn));
        int[] ids = model.tokenizer().encode(Conversation.render(model, system, turns));
        String answer = generate(ids, List.of());
        answers.add(answer.strip());
        turns.add(ChatMessage.assistant(answer.strip()));
      }
      out.add(answers);
      progress.update(task, out.size(), items.size());
    }
    return out;
  }

  /** A prompt too long is cut on the left, as in lm-evaluation-harness. */
  private String generate(int[] ids, List<String> until) {
    int longest = model.config().maxPositions();
    int room = longest > 0 ? Math.max(1, longest - maxNewTokens) : Integer.MAX_VALUE;
    int[] prompt = ids.length > room ? Arrays.copyOfRange(ids, ids.length - room, ids.length) : ids;
    List<Integer> soFar = new ArrayList<>();
    int[] answer =
        generator.generate(
            prompt,
            Sampling.greedy(),
            maxNewTokens,
            token -> {
              soFar.add(token);
              return until.isEmpty()
                  || until.stream()
                      .noneMatch(
                          text(soFar.stream().mapToInt(Integer::intValue).toArray())::contains);
            });
    String text = text(answer);
    for (String stop : until) {
      int at = text.indexOf(stop);
      text = at < 0 ? text : text.substring(0, at);
    }
    return text;
  }

  private String text(int[] ids) {
    return model.tokenizer().decode(ids, true);
  }

  @Override
  public void close() {
    generator.close();
  }
}
