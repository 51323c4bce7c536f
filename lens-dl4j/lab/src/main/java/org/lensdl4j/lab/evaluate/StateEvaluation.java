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
import org.lensdl4j.model.trunk.Trunk;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Measures of the states of parallel texts after every layer, and bits per byte, for all columns: a
 * decoder's last token, of an encoder what the space was probed at ({@link StatePosition}) and no
 * bits. Prompts are those of training. A twin's states differ from the model's after the last layer
 * only.
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
    subject
        .states()
        .progress(TASK, progress)
        .texts(prompts)
        .forked(
            subject.columns(),
            Outputs.ALL_TOKENS,
            position,
            (columns, layer, states) -> {
              if (layer < layers) {
                measure(metrics, layer, byLanguage(states, null), columns, rows, names);
              }
            },
            (columns, states, trunk) -> {
              for (Column column : columns) {
                float[][] last = position.of(states);
                measure(
                    metrics, layers, byLanguage(last, column.edit()), List.of(column), rows, names);
                if (!model.config().isEncoder()) {
                  bits(texts, column, states, trunk, rows, names);
                }
              }
            });
  }

  /** Another encoder than the space's is read where the space was probed. */
  private Pooling position(ModelConfig model, LanguageSpace itsSpace) {
    if (itsSpace != null) {
      return StatePosition.of(itsSpace, model);
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

  private void bits(
      List<HeldOutText> texts,
      Column column,
      HiddenStates states,
      Trunk trunk,
      Map<String, List<ItemRow>> rows,
      Map<String, Set<String>> names) {
    List<StateEdit.OfState> edits =
        corpus.languages().stream().map(l -> column.edit().in(l)).toList();
    double[] bits =
        new TextBits(trunk, states, "bits per byte, " + column.name(), progress)
            .of(texts, (text, state) -> edits.get(text / corpus.size()).apply(state));
    for (int t = 0; t < bits.length; t++) {
      String language = corpus.languages().get(t / corpus.size());
      ItemRow row = rows.get(language).get(t % corpus.size());
      names.get(language).add(LayerMetrics.BITS);
      row.column(column.name()).metrics().put(LayerMetrics.BITS, bits[t]);
      row.weights().put(LayerMetrics.BITS, (double) texts.get(t).bytes());
    }
  }

  private Map<String, float[][]> byLanguage(float[][] states, StateEdit edit) {
    Map<String, float[][]> out = new LinkedHashMap<>();
    int at = 0;
    for (String language : corpus.languages()) {
      float[][] own = Arrays.copyOfRange(states, at, at + corpus.size());
      if (edit != null) {
        StateEdit.OfState change = edit.in(language);
        for (float[] state : own) {
          change.apply(state);
        }
      }
      out.put(language, own);
      at += own.length;
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
