package org.lensdl4j.lab.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lensdl4j.lab.evaluate.tasks.AnswerItem;
import org.lensdl4j.lab.evaluate.tasks.ChatItem;
import org.lensdl4j.lens.steer.Steering;
import org.lensdl4j.lens.steer.SteeringSetting;
import org.lensdl4j.lens.train.TrainedWeights;
import org.lensdl4j.model.base.Progress;
import org.lensdl4j.model.generate.Sampling;
import org.nd4j.linalg.api.ndarray.INDArray;

class AnswersTest {
  @TempDir Path folder;

  /** Columns beside each other answer what each answers alone, drawn answers and stops included. */
  @Test
  void sharedPromptsChangeNoAnswer() throws Exception {
    try (TinyEvaluation tiny = new TinyEvaluation(folder, 2);
        TrainedWeights one = TrainedWeights.load(tiny.run("one", 1, 1.7), tiny.model);
        TrainedWeights two = TrainedWeights.load(tiny.run("two", 2, 0.4), tiny.model)) {
      String embedding = tiny.model.config().names().embeddingWeight();
      INDArray other = tiny.model.weights().read(embedding).muli(1.3);
      Column below = Column.changed("below", Map.of(embedding, other), tiny.model);
      List<Column> columns =
          List.of(
              Column.untouched("before", tiny.model),
              Column.trained("one", one, tiny.model),
              Column.trained("two", two, tiny.model),
              steered("0.5", tiny),
              steered("all:0.2u", tiny));
      List<Column> all = new ArrayList<>(columns);
      all.add(below);
      Subject subject = new Subject(tiny.model, all);
      assertThat(Answers.groups(subject)).containsExactly(columns, List.of(below));

      List<List<List<String>>> chats = new ArrayList<>();
      List<List<String>> plain = new ArrayList<>();
      for (Column column : columns) {
        ask(subject, List.of(column), chats, plain);
      }
      List<List<List<String>>> chatsTogether = new ArrayList<>();
      List<List<String>> plainTogether = new ArrayList<>();
      ask(subject, columns, chatsTogether, plainTogether);
      assertThat(chatsTogether).isEqualTo(chats);
      assertThat(plainTogether).isEqualTo(plain);
      assertThat(chats.stream().distinct()).hasSizeGreaterThan(3);
      other.close();
    }
  }

  private static Column steered(String setting, TinyEvaluation tiny) {
    Steering steering = Steering.of(tiny.space(), SteeringSetting.parse(setting));
    return Column.edited(setting, tiny.model, steering, setting);
  }

  private static void ask(
      Subject subject,
      List<Column> columns,
      List<List<List<String>>> chats,
      List<List<String>> plain) {
    List<ChatItem> items =
        List.of(
            new ChatItem("1", List.of("ab cd", "ef")),
            new ChatItem("2", List.of("ab ce")),
            new ChatItem("3", List.of("zz", "yx", "w")));
    List<AnswerItem> questions =
        List.of(
            new AnswerItem("ab c", List.of("a"), "1"), new AnswerItem("ab d", List.of("e"), "1"));
    try (Answers answers = new Answers(subject, columns, "zh", 12)) {
      Sampling drawn = new Sampling(0.7, 0, 1, 5);
      chats.addAll(answers.chats(items, "You help.", drawn, "task", Progress.NONE));
      plain.addAll(answers.plain(questions, "task", Progress.NONE));
    }
  }
}
