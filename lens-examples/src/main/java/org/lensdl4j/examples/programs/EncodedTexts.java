package org.lensdl4j.examples.programs;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.BinaryOperator;
import org.lensdl4j.examples.quickstart.OwnText;
import org.lensdl4j.examples.report.TextTable;
import org.lensdl4j.lab.measure.StateMeasures;
import org.lensdl4j.lens.corpus.Corpus;
import org.lensdl4j.lens.space.TappedProbing;
import org.lensdl4j.model.graph.Tap;
import org.lensdl4j.model.onnx.OnnxModel;
import org.lensdl4j.model.text.SpecialTokens;
import org.lensdl4j.model.text.TextTokenizer;
import org.lensdl4j.model.trunk.Pooling;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * The project's own text as a shipped sentence encoder sees it: what {@link EncoderAlign} needs.
 */
final class EncodedTexts {
  private static final String ENCODER = "all-minilm-l6-v2-q";
  private static final List<String> LANGUAGES = OwnText.LANGUAGES;

  private final Map<String, float[][]> train = new LinkedHashMap<>();
  private final Map<String, float[][]> heldOut = new LinkedHashMap<>();

  private EncodedTexts() {}

  /**
   * Encodes all texts: mean of the last layer's token states, as the encoder was trained; news as
   * it goes.
   */
  static EncodedTexts ofShippedEncoder(PrintStream news) throws IOException {
    EncodedTexts out = new EncodedTexts();
    Path folder = Files.createTempDirectory("encoder-align");
    OwnText.write(folder, LANGUAGES);
    Path tokens = resource(ENCODER + "-tokenizer.json", folder);
    try (OnnxModel model = OnnxModel.open(resource(ENCODER + ".onnx", folder));
        TextTokenizer tokenizer = TextTokenizer.open(tokens, SpecialTokens.NONE)) {
      List<Tap> taps = model.tapped().taps();
      String last = taps.get(taps.size() - 1).name();
      TappedProbing encoder =
          TappedProbing.of(model.tapped())
              .taps(List.of(last))
              .tokens(tokenizer::encodeWithSpecialTokens)
              .pooling(Pooling.MEAN);
      for (String split : List.of(OwnText.TRAIN, OwnText.HELD_OUT)) {
        Corpus corpus = Corpus.jsonl(folder, LANGUAGES, 0, split);
        Map<String, float[][]> states = split.equals(OwnText.TRAIN) ? out.train : out.heldOut;
        for (String l : LANGUAGES) {
          news.printf(Locale.ROOT, "encoding %s, %s%n", l, split);
          states.put(l, encoder.states(corpus.strings(l)).get(last));
        }
      }
    }
    return out;
  }

  private static Path resource(String name, Path folder) throws IOException {
    Path file = folder.resolve(name);
    try (InputStream in = EncodedTexts.class.getResourceAsStream("/" + name)) {
      Files.copy(in, file);
    }
    file.toFile().deleteOnExit();
    return file;
  }

  List<String> languages() {
    return LANGUAGES;
  }

  int hidden() {
    return train.get(LANGUAGES.get(0))[0].length;
  }

  /** Of the training texts, by language. */
  Map<String, double[]> means() {
    Map<String, double[]> out = new LinkedHashMap<>();
    train.forEach(
        (language, rows) -> {
          double[] mean = new double[hidden()];
          for (float[] row : rows) {
            for (int i = 0; i < mean.length; i++) {
              mean[i] += row[i] / (double) rows.length;
            }
          }
          out.put(language, mean);
        });
    return out;
  }

  /** Every training text of every target language with its central text. */
  MultiDataSet trainingPairs() {
    List<float[]> central = new ArrayList<>();
    List<float[]> target = new ArrayList<>();
    List<float[]> language = new ArrayList<>();
    for (int l = 1; l < LANGUAGES.size(); l++) {
      float[] label = new float[LANGUAGES.size() - 1];
      label[l - 1] = 1;
      central.addAll(Arrays.asList(train.get(LANGUAGES.get(0))));
      target.addAll(Arrays.asList(train.get(LANGUAGES.get(l))));
      for (int i = 0; i < train.get(LANGUAGES.get(l)).length; i++) {
        language.add(label);
      }
    }
    return new MultiDataSet(
        new INDArray[] {array(central), array(target)}, new INDArray[] {array(language)});
  }

  private static INDArray array(List<float[]> rows) {
    return Nd4j.createFromArray(rows.toArray(float[][]::new));
  }

  /**
   * Share of held-out texts whose nearest text of the other language is their translation, language
   * means taken off: to the central language, and from it.
   *
   * @param aligned gives [texts, 2 hidden] of central and target states
   */
  Map<String, double[]> retrieval(BinaryOperator<INDArray> aligned) {
    Map<String, double[]> out = new LinkedHashMap<>();
    String centre = LANGUAGES.get(0);
    for (String l : LANGUAGES.subList(1, LANGUAGES.size())) {
      INDArray both =
          aligned.apply(
              Nd4j.createFromArray(heldOut.get(centre)), Nd4j.createFromArray(heldOut.get(l)));
      float[][] c = side(both, 0, means().get(centre));
      float[][] t = side(both, hidden(), means().get(l));
      out.put(
          l,
          new double[] {mean(StateMeasures.retrieval(t, c)), mean(StateMeasures.retrieval(c, t))});
    }
    return out;
  }

  private float[][] side(INDArray both, int from, double[] mean) {
    INDArray part = both.get(NDArrayIndex.all(), NDArrayIndex.interval(from, from + hidden()));
    return part.subRowVector(Nd4j.createFromArray(mean).castTo(part.dataType())).toFloatMatrix();
  }

  private static double mean(double[] x) {
    return Arrays.stream(x).average().orElse(0);
  }

  /** A table, and the mean over languages. */
  void print(Map<String, double[]> before, Map<String, double[]> after, PrintStream out) {
    TextTable table = new TextTable("language", "finds its en", "found from en");
    before.forEach(
        (l, b) -> table.row(l, change(b[0], after.get(l)[0]), change(b[1], after.get(l)[1])));
    table.row(
        "mean",
        change(average(before, 0), average(after, 0)),
        change(average(before, 1), average(after, 1)));
    int texts = heldOut.get(LANGUAGES.get(0)).length;
    out.printf(
        Locale.ROOT,
        "%d texts per language that training did not see; chance is %.2f%n",
        texts,
        1.0 / texts);
    out.print(table);
  }

  private static double average(Map<String, double[]> values, int i) {
    return values.values().stream().mapToDouble(v -> v[i]).average().orElse(0);
  }

  private static String change(double before, double after) {
    return String.format(Locale.ROOT, "%.2f -> %.2f", before, after);
  }
}
