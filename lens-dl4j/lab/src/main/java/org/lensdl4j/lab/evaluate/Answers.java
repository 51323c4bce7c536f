package org.lensdl4j.lab.evaluate;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.lensdl4j.lab.evaluate.tasks.AnswerItem;
import org.lensdl4j.lab.evaluate.tasks.ChatItem;
import org.lensdl4j.model.TransformerModel;
import org.lensdl4j.model.base.Progress;
import org.lensdl4j.model.generate.Generated;
import org.lensdl4j.model.generate.Generator;
import org.lensdl4j.model.generate.Request;
import org.lensdl4j.model.generate.Sampling;
import org.lensdl4j.model.generate.TokenListener;
import org.lensdl4j.model.text.ChatMessage;
import org.lensdl4j.model.trunk.StateEdit;

/**
 * Texts that one column generates, many side by side. All of its layers are in memory meanwhile;
 * its states are changed as the column says.
 */
public final class Answers implements AutoCloseable {
  private final TransformerModel model;
  private final PromptTokens tokens;
  private final Generator generator;
  private final int maxNewTokens;
  private final StateEdit edit;

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
    edit = column.edits().in(language);
    generator = new Generator(model.config(), column.weights());
  }

  /** The answers to all items, each cut before the first of its stops. */
  public List<String> plain(List<AnswerItem> items, String task, Progress progress) {
    List<Question> questions =
        items.stream()
            .map(i -> new Question(tokens.encode(i.prompt()), i.until(), Sampling.greedy()))
            .toList();
    return answer(questions, new Counted(task, items.size(), progress));
  }

  /** The likeliest answers to all turns of all items. */
  public List<List<String>> chats(
      List<ChatItem> items, String system, String task, Progress progress) {
    return chats(items, system, Sampling.greedy(), task, progress);
  }

  /**
   * The answers to all turns of all items: the first turns of all, then the second, and so on.
   *
   * @param system null for no system turn
   * @param sampling each item draws with a seed of its own, made of this one and its id
   */
  List<List<String>> chats(
      List<ChatItem> items, String system, Sampling sampling, String task, Progress progress) {
    List<List<ChatMessage>> turns = new ArrayList<>();
    List<List<String>> out = new ArrayList<>();
    int longest = 0;
    int all = 0;
    for (ChatItem item : items) {
      turns.add(new ArrayList<>());
      out.add(new ArrayList<>());
      longest = Math.max(longest, item.turns().size());
      all += item.turns().size();
    }
    Counted counted = new Counted(task, all, progress);
    for (int turn = 0; turn < longest; turn++) {
      List<Integer> asked = new ArrayList<>();
      List<Question> questions = new ArrayList<>();
      for (int i = 0; i < items.size(); i++) {
        if (turn < items.get(i).turns().size()) {
          turns.get(i).add(ChatMessage.user(items.get(i).turns().get(turn)));
          String text = Conversation.render(model, system, turns.get(i));
          questions.add(
              new Question(
                  model.tokenizer().encode(text), List.of(), own(sampling, items.get(i), turn)));
          asked.add(i);
        }
      }
      List<String> answers = answer(questions, counted);
      for (int k = 0; k < answers.size(); k++) {
        String answer = answers.get(k).strip();
        out.get(asked.get(k)).add(answer);
        turns.get(asked.get(k)).add(ChatMessage.assistant(answer));
      }
    }
    return out;
  }

  /** What is asked, and where the answer stops. */
  private record Question(int[] ids, List<String> until, Sampling sampling) {}

  private static Sampling own(Sampling sampling, ChatItem item, int turn) {
    long seed = (sampling.seed() * 31 + item.id().hashCode()) * 31 + turn;
    return new Sampling(sampling.temperature(), sampling.topK(), sampling.topP(), seed);
  }

  /** Answers that have been given. */
  private static final class Counted {
    private final String task;
    private final int all;
    private final Progress progress;
    private int done;

    Counted(String task, int all, Progress progress) {
      this.task = task;
      this.all = all;
      this.progress = progress;
    }

    void add() {
      progress.update(task, ++done, all);
    }
  }

  private List<String> answer(List<Question> questions, Counted counted) {
    List<Request> requests = questions.stream().map(this::request).toList();
    List<Generated> answers = generator.generate(requests, (answer, i) -> counted.add());
    List<String> out = new ArrayList<>();
    for (int i = 0; i < answers.size(); i++) {
      out.add(cut(text(answers.get(i).tokens()), questions.get(i).until()));
    }
    return out;
  }

  /** A prompt too long is cut on the left, as in lm-evaluation-harness. */
  private Request request(Question question) {
    int[] ids = question.ids();
    int longest = model.config().maxPositions();
    int room = longest > 0 ? Math.max(1, longest - maxNewTokens) : Integer.MAX_VALUE;
    int[] prompt = ids.length > room ? Arrays.copyOfRange(ids, ids.length - room, ids.length) : ids;
    Request request = new Request(prompt, question.sampling(), maxNewTokens).edited(edit);
    return question.until().isEmpty() ? request : request.heardBy(listener(question.until()));
  }

  private TokenListener listener(List<String> until) {
    List<Integer> soFar = new ArrayList<>();
    return token -> {
      soFar.add(token);
      String text = text(soFar.stream().mapToInt(Integer::intValue).toArray());
      return until.stream().noneMatch(text::contains);
    };
  }

  private static String cut(String answer, List<String> until) {
    String text = answer;
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
