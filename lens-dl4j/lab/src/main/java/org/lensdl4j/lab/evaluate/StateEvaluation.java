package org.lensdl4j.lab.evaluate;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.lensdl4j.lab.measure.HeldOutText;
import org.lensdl4j.lab.measure.TextBits;
import org.lensdl4j.lens.corpus.ParallelCorpus;
import org.lensdl4j.lens.space.LanguageSpace;
import org.lensdl4j.lens.space.StatePosition;
import org.lensdl4j.lens.states.Prompting;
import org.lensdl4j.lens.states.States;
import org.lensdl4j.model.TransformerModel;
import org.lensdl4j.model.base.Progress;
import org.lensdl4j.model.config.ModelConfig;
import org.lensdl4j.model.text.PromptEncoder;
import org.lensdl4j.model.text.TokenSequence;
import org.lensdl4j.model.trunk.HiddenStates;
import org.lensdl4j.model.trunk.Outputs;
import org.lensdl4j.model.trunk.Pooling;
import org.lensdl4j.model.trunk.StateEdit;
import org.lensdl4j.model.trunk.Trunk;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Measures of the states of parallel texts after every layer, and bits per byte, for all columns: a
 * decoder's last token, of an encoder what the space was probed at ({@link StatePosition}) and no
 * bits. Prompts are those of training.
 */
final class StateEvaluation {
  /** The task's name in files and tables. */
  public static final String TASK = "states";

  private final ParallelCorpus corpus;
  private final LanguageSpace space;
  private final String system;
  private final int maxTokens;
  private final Progress progress;

  /**
   * An evaluation of texts.
   *
   * @param space null if there is none: measures in its subspaces are then left out
   * @param maxTokens longest prompt
   */
  public StateEvaluation(
      ParallelCorpus corpus, LanguageSpace space, String system, int maxTokens, Progress progress) {
    this.corpus = corpus;
    this.space =
        space == null ? null : space.requireLanguages(corpus.languages(), corpus.central());
    this.system = system;
    this.maxTokens = maxTokens;
    this.progress = progress;
  }

  /**
   * Measures all columns.
   *
   * @return one result per language
   */
  public List<TaskResult> run(List<Subject> subjects, String identity) {
    Map<String, List<ItemRow>> rows = new LinkedHashMap<>();
    Map<String, Set<String>> names = new LinkedHashMap<>();
    for (String language : corpus.languages()) {
      names.put(language, new LinkedHashSet<>());
      List<ItemRow> own = new ArrayList<>();
      for (int i = 0; i < corpus.size(); i++) {
        own.add(ItemRow.of(corpus.id(i)));
        own.get(i).shown().put("text", corpus.text(language, i));
      }
      rows.put(language, own);
    }
    // A space belongs to one model: another model's states are measured without it.
    subjects.forEach(s -> subject(s, s == subjects.get(0) ? space : null, rows, names));
    Set<Column> all = new LinkedHashSet<>();
    subjects.forEach(s -> all.addAll(s.columns()));
    List<TaskResult> out = new ArrayList<>();
    LayerMetrics metrics = new LayerMetrics(space, corpus.central(), 0);
    rows.forEach(
        (language, own) -> {
          names
              .get(language)
              .removeIf(
                  n ->
                      all.stream()
                          .anyMatch(c -> !own.get(0).column(c.name()).metrics().containsKey(n)));
          out.add(
              new TaskResult(
                  TASK,
                  "hidden states of parallel texts",
                  language,
                  identity,
                  metrics.metrics(names.get(language)),
                  own));
        });
    return out;
  }

  private void subject(
      Subject subject,
      LanguageSpace itsSpace,
      Map<String, List<ItemRow>> rows,
      Map<String, Set<String>> names) {
    TransformerModel model = subject.model();
    PromptEncoder encoder = Prompting.whole(system, maxTokens).encoder(model);
    List<HeldOutText> texts = new ArrayList<>();
    for (String language : corpus.languages()) {
      corpus
          .strings(language)
          .forEach(t -> texts.add(HeldOutText.of(t, model.tokenizer(), encoder)));
    }
    List<TokenSequence> prompts = texts.stream().map(HeldOutText::prompt).toList();
    int layers = model.config().layers();
    Pooling position = position(model.config(), itsSpace);
    LayerMetrics metrics = new LayerMetrics(itsSpace, corpus.central(), layers);
    List<Column> whole = subject.columns().stream().filter(c -> !c.editedBelow(layers)).toList();
    List<Column> steered = subject.columns().stream().filter(c -> c.editedBelow(layers)).toList();
    States states = subject.states().progress(TASK, progress);
    Map<Column, List<Map<String, float[][]>>> ways = new LinkedHashMap<>();
    steered.forEach(c -> ways.put(c, own(states, c, texts, position, rows, names)));
    states
        .texts(prompts)
        .forked(
            whole,
            Outputs.ALL_TOKENS,
            position,
            (columns, layer, rowsOfTexts) -> {
              Map<String, float[][]> all = byLanguage(rowsOfTexts);
              if (layer < layers) {
                measure(metrics, layer, all, columns, rows, names);
              }
              if (columns.contains(whole.get(0))) {
                ways.values().forEach(way -> all.forEach(way.get(layer - 1)::putIfAbsent));
              }
            },
            (columns, end, trunk) -> {
              for (Column column : columns) {
                Map<String, float[][]> last = byLanguage(position.of(end));
                last.forEach((language, own) -> edit(column.edits().in(language), layers, own));
                measure(metrics, layers, last, List.of(column), rows, names);
                if (!model.config().isEncoder()) {
                  bits(texts, 0, column, edits(column), end, trunk, rows, names);
                }
              }
              if (columns.contains(whole.get(0)) && !model.config().isEncoder()) {
                steered.forEach(c -> unchangedBits(c, whole.get(0), rows));
              }
            });
    ways.forEach(
        (column, way) -> {
          for (int layer = 1; layer <= layers; layer++) {
            measure(metrics, layer, way.get(layer - 1), List.of(column), rows, names);
          }
        });
  }

  private List<StateEdit> edits(Column column) {
    return corpus.languages().stream().map(l -> column.edits().in(l)).toList();
  }

  /** Bits of languages that a steering does not change are the model's. */
  private void unchangedBits(Column column, Column untouched, Map<String, List<ItemRow>> rows) {
    rows.values().stream()
        .flatMap(List::stream)
        .forEach(
            row ->
                row.column(column.name())
                    .metrics()
                    .putIfAbsent(
                        LayerMetrics.BITS,
                        row.column(untouched.name()).metrics().get(LayerMetrics.BITS)));
  }

  /**
   * States of a column whose layers are steered, by layer and language: each language's texts go
   * their own way, where they are changed.
   */
  private List<Map<String, float[][]>> own(
      States states,
      Column column,
      List<HeldOutText> texts,
      Pooling position,
      Map<String, List<ItemRow>> rows,
      Map<String, Set<String>> names) {
    int layers = states.model().config().layers();
    List<Map<String, float[][]>> found = new ArrayList<>();
    for (int layer = 1; layer <= layers; layer++) {
      found.add(new LinkedHashMap<>());
    }
    for (int l = 0; l < corpus.languages().size(); l++) {
      String language = corpus.languages().get(l);
      Column.Way way = column.in(language, layers);
      if (way.shared() == layers) {
        continue;
      }
      int from = l * corpus.size();
      List<HeldOutText> own = texts.subList(from, from + corpus.size());
      states
          .texts(own.stream().map(HeldOutText::prompt).toList())
          .forked(
              List.of(way),
              Outputs.ALL_TOKENS,
              position,
              (columns, layer, rowsOfTexts) -> {
                // Below, they are the model's, computed with all languages together.
                if (layer > way.shared()) {
                  found.get(layer - 1).put(language, rowsOfTexts);
                }
              },
              (columns, end, trunk) -> {
                if (!states.model().config().isEncoder()) {
                  bits(own, from, column, List.of(StateEdit.NONE), end, trunk, rows, names);
                }
              });
    }
    return found;
  }

  /** Another encoder than the space's is read where the space was probed. */
  private Pooling position(ModelConfig model, LanguageSpace itsSpace) {
    if (itsSpace != null) {
      return StatePosition.probed(itsSpace, model);
    }
    Pooling usual = StatePosition.usual(model);
    boolean cls = space != null && space.provenance().position().equals(StatePosition.CLS);
    return cls && model.isEncoder() ? Pooling.FIRST : usual;
  }

  private void measure(
      LayerMetrics metrics,
      int layer,
      Map<String, float[][]> states,
      List<Column> columns,
      Map<String, List<ItemRow>> rows,
      Map<String, Set<String>> names) {
    for (String language : corpus.languages()) {
      metrics
          .of(layer, language, states)
          .forEach(
              (name, values) -> {
                names.get(language).add(name);
                for (int i = 0; i < values.length; i++) {
                  for (Column column : columns) {
                    rows.get(language).get(i).column(column.name()).metrics().put(name, values[i]);
                  }
                }
              });
    }
  }

  /**
   * Bits of some texts.
   *
   * @param first number of the first of them
   * @param edits of final states, of each language in turn that the texts are in
   */
  private void bits(
      List<HeldOutText> texts,
      int first,
      Column column,
      List<StateEdit> edits,
      HiddenStates states,
      Trunk trunk,
      Map<String, List<ItemRow>> rows,
      Map<String, Set<String>> names) {
    double[] bits =
        new TextBits(trunk, states, "bits per byte, " + column.name(), progress)
            .of(
                texts,
                (text, position, state) ->
                    edits
                        .get(text / corpus.size())
                        .apply(
                            states.layer(),
                            position,
                            position == states.length(text) - 1,
                            state,
                            0));
    for (int t = 0; t < bits.length; t++) {
      String language = corpus.languages().get((first + t) / corpus.size());
      ItemRow row = rows.get(language).get((first + t) % corpus.size());
      names.get(language).add(LayerMetrics.BITS);
      row.column(column.name()).metrics().put(LayerMetrics.BITS, bits[t]);
      row.weights().put(LayerMetrics.BITS, (double) texts.get(t).bytes());
    }
  }

  /** Changes final states that stand for a text each: those of its end. */
  private static void edit(StateEdit edit, int layer, float[][] states) {
    for (float[] state : states) {
      edit.apply(layer, 0, true, state, 0);
    }
  }

  private Map<String, float[][]> byLanguage(float[][] states) {
    Map<String, float[][]> out = new LinkedHashMap<>();
    int at = 0;
    for (String language : corpus.languages()) {
      out.put(language, Arrays.copyOfRange(states, at, at + corpus.size()));
      at += corpus.size();
    }
    return out;
  }

  /**
   * The tokens of whole characters that the head scores highest for each language's direction in
   * the last layer.
   *
   * @param count how many per language
   */
  public static Map<String, List<String>> topTokens(
      TransformerModel model, LanguageSpace space, int count) {
    Map<String, List<String>> out = new LinkedHashMap<>();
    List<String> targets =
        space.languages().stream().filter(l -> !l.equals(space.central())).toList();
    List<INDArray> directions =
        targets.stream().map(l -> space.directionArray(space.layers(), l)).toList();
    List<INDArray> scores = States.of(model, null).logits(directions);
    for (int i = 0; i < scores.size(); i++) {
      try (INDArray direction = directions.get(i);
          INDArray own = scores.get(i)) {
        out.put(targets.get(i), top(model, own.dup('c').data().asFloat(), count));
      }
    }
    return out;
  }

  private static List<String> top(TransformerModel model, float[] scores, int count) {
    return java.util.stream.IntStream.range(0, scores.length)
        .boxed()
        .sorted((a, b) -> Float.compare(scores[b], scores[a]))
        .map(id -> model.tokenizer().decode(id))
        .filter(token -> !token.contains("\uFFFD"))
        .limit(count)
        .toList();
  }
}
