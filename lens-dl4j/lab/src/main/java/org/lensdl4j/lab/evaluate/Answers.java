package org.lensdl4j.lab.evaluate;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
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
import org.lensdl4j.model.trunk.Variant;
import org.lensdl4j.model.weights.OverlayWeights;
import org.lensdl4j.model.weights.Weights;

/**
 * Texts that several columns generate, many side by side. All layers are in memory meanwhile, those
 * that columns share once; prompts go through shared layers once.
 */
final class Answers implements AutoCloseable {
  private final TransformerModel model;
  private final PromptTokens tokens;
  private final Generator generator;
  private final int maxNewTokens;
  private final List<Speaker> speakers = new ArrayList<>();

  /** A column; its variant is null where the generator's weights are its own. */
  private record Speaker(Variant variant, StateEdit edit) {}

  /**
   * Loads columns.
   *
   * @param columns one of the {@link #groups}
   * @param language whose states are edited
   * @param maxNewTokens longest answer
   */
  Answers(Subject subject, List<Column> columns, String language, int maxNewTokens) {
    model = subject.model();
    tokens = new PromptTokens(model);
    this.maxNewTokens = maxNewTokens;
    Weights weights = columns.size() > 1 ? model.weights() : columns.get(0).weights();
    generator = new Generator(model.config(), weights);
    try {
      for (Column column : columns) {
        boolean own = column.weights() == weights;
        Variant variant = own ? null : generator.variant((OverlayWeights) column.weights());
        speakers.add(new Speaker(variant, column.edits().in(language)));
      }
    } catch (RuntimeException e) {
      generator.close();
      throw e;
    }
  }

  /** Columns that can share a generator, and others by themselves. */
  static List<List<Column>> groups(Subject subject) {
    List<Column> together = new ArrayList<>();
    List<List<Column>> out = new ArrayList<>();
    out.add(together);
    for (Column column : subject.columns()) {
      Weights own = subject.model().weights();
      boolean over =
          column.shared() > 0
              && column.weights() instanceof OverlayWeights overlay
              && overlay.base() == own;
      if (over || column.weights() == own) {
        together.add(column);
      } else {
        out.add(List.of(column));
      }
    }
    out.removeIf(List::isEmpty);
    return out;
  }

  /** For each column the answers to all items, each cut before the first of its stops. */
  List<List<String>> plain(List<AnswerItem> items, String task, Progress progress) {
    List<Question> questions =
        items.stream()
            .map(i -> new Question(tokens.encode(i.prompt()), i.until(), Sampling.greedy()))
            .toList();
    Counted counted = new Counted(task, items.size() * speakers.size(), progress);
    return answer(Collections.nCopies(speakers.size(), questions), counted);
  }

  /**
   * For each column the answers to all turns of all items: the first turns of all, then the second,
   * and so on.
   *
   * @param system null for no system turn
   * @param sampling each item draws with a seed of its own, made of this one and its id
   */
  List<List<List<String>>> chats(
      List<ChatItem> items, String system, Sampling sampling, String task, Progress progress) {
    List<Chats> chats = new ArrayList<>();
    speakers.forEach(s -> chats.add(new Chats(model, items, system, sampling)));
    int all = items.stream().mapToInt(i -> i.turns().size()).sum();
    int longest = items.stream().mapToInt(i -> i.turns().size()).max().orElse(0);
    Counted counted = new Counted(task, all * speakers.size(), progress);
    for (int turn = 0; turn < longest; turn++) {
      int number = turn;
      List<List<String>> answers = answer(chats.stream().map(c -> c.ask(number)).toList(), counted);
      for (int c = 0; c < chats.size(); c++) {
        chats.get(c).hear(answers.get(c));
      }
    }
    return chats.stream().map(c -> c.answers).toList();
  }

  /** One column's conversations. */
  private static final class Chats {
    private final TransformerModel model;
    private final List<ChatItem> items;
    private final String system;
    private final Sampling sampling;
    private final List<List<ChatMessage>> turns = new ArrayList<>();
    private final List<List<String>> answers = new ArrayList<>();
    private final List<Integer> asked = new ArrayList<>();

    Chats(TransformerModel model, List<ChatItem> items, String system, Sampling sampling) {
      this.model = model;
      this.items = items;
      this.system = system;
      this.sampling = sampling;
      for (int i = 0; i < items.size(); i++) {
        turns.add(new ArrayList<>());
        answers.add(new ArrayList<>());
      }
    }

    /** The questions of a turn, of those items that have it. */
    List<Question> ask(int turn) {
      asked.clear();
      List<Question> out = new ArrayList<>();
      for (int i = 0; i < items.size(); i++) {
        if (turn < items.get(i).turns().size()) {
          turns.get(i).add(ChatMessage.user(items.get(i).turns().get(turn)));
          String text = Conversation.render(model, system, turns.get(i));
          int[] ids = model.tokenizer().encode(text);
          out.add(new Question(ids, List.of(), own(sampling, items.get(i), turn)));
          asked.add(i);
        }
      }
      return out;
    }

    void hear(List<String> texts) {
      for (int k = 0; k < texts.size(); k++) {
        String answer = texts.get(k).strip();
        answers.get(asked.get(k)).add(answer);
        turns.get(asked.get(k)).add(ChatMessage.assistant(answer));
      }
    }
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

  /** Answers of each column to its questions; what is asked of all stands next to each other. */
  private List<List<String>> answer(List<List<Question>> questions, Counted counted) {
    List<Request> requests = new ArrayList<>();
    int each = questions.get(0).size();
    for (int i = 0; i < each; i++) {
      for (int c = 0; c < speakers.size(); c++) {
        requests.add(request(questions.get(c).get(i), speakers.get(c)));
      }
    }
    List<Generated> answers = generator.generate(requests, (answer, i) -> counted.add());
    List<List<String>> out = new ArrayList<>();
    for (int c = 0; c < speakers.size(); c++) {
      List<String> own = new ArrayList<>();
      for (int i = 0; i < each; i++) {
        Generated answer = answers.get(i * speakers.size() + c);
        own.add(cut(text(answer.tokens()), questions.get(c).get(i).until()));
      }
      out.add(own);
    }
    return out;
  }

  /** A prompt too long is cut on the left, as in lm-evaluation-harness. */
  private Request request(Question question, Speaker speaker) {
    int[] ids = question.ids();
    int longest = model.config().maxPositions();
    int room = longest > 0 ? Math.max(1, longest - maxNewTokens) : Integer.MAX_VALUE;
    int[] prompt = ids.length > room ? Arrays.copyOfRange(ids, ids.length - room, ids.length) : ids;
    Request request =
        new Request(prompt, question.sampling(), maxNewTokens)
            .edited(speaker.edit())
            .by(speaker.variant());
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
