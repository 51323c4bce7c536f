package org.lensdl4j.tests.docs;

// snippet program
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.lensdl4j.lens.corpus.Corpus;
import org.lensdl4j.lens.corpus.TextItem;
import org.lensdl4j.lens.loss.LensBatch;
import org.lensdl4j.lens.loss.LensLoss;
import org.lensdl4j.lens.loss.LensRows;
import org.lensdl4j.lens.loss.LensStates;
import org.lensdl4j.lens.space.LanguageSpace;
import org.lensdl4j.lens.space.TappedProbing;
import org.lensdl4j.model.graph.TappedGraph;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.TrainingConfig;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.adapter.SingletonMultiDataSetIterator;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;

final class OwnGraph {
  private static final int SIZE = 16;
  private static final List<String> EN = List.of("a bed", "the face", "an egg", "one day");
  private static final List<String> SW = List.of("kitanda", "uso", "yai", "siku moja");

  /** Says the weighted loss of Lens before and after training. */
  static void run(PrintStream out) {
    // A graph of your own: tokens in, one of two labels out.
    SameDiff sd = SameDiff.create();
    SDVariable ids = sd.placeHolder("input_ids", DataType.INT32, -1, -1); // [batch, seq]
    SDVariable mask = sd.placeHolder("attention_mask", DataType.FLOAT, -1, -1); // 1: a token
    SDVariable labels = sd.placeHolder("labels", DataType.FLOAT, -1, 2);
    SDVariable table = sd.constant("table", Nd4j.randn(DataType.FLOAT, 128, SIZE));
    SDVariable embedded = sd.gather(table, ids, 0); // [batch, seq, size]
    INDArray start = Nd4j.randn(DataType.FLOAT, SIZE, SIZE).muli(0.3);
    SDVariable hidden = layer(embedded, sd.var("w", start.dup())).rename("hidden");
    SDVariable frozen = layer(embedded, sd.constant("w_start", start)); // as it is now
    LensStates now = LensStates.of(hidden, mask); // of each text the last token and the mean
    SDVariable head = sd.var("head", Nd4j.randn(DataType.FLOAT, SIZE, 2));
    sd.loss.softmaxCrossEntropy("own_loss", labels, sd.mmul(now.mean(), head), null);

    // Where these states say which language it is.
    LanguageSpace space;
    try (TappedGraph tapped = TappedGraph.of(sd, List.of("input_ids"), "hidden")) {
      Corpus corpus = Corpus.of(Map.of("en", texts(EN), "sw", texts(SW)));
      space = TappedProbing.of(tapped).tokens(OwnGraph::tokens).fit(corpus, "en", 0);
    }

    // The loss: layer 1 of the space is the first tap.
    LensBatch batch = LensBatch.in(sd, "en", List.of("sw"));
    LensStates before = LensStates.of(frozen, mask);
    LensLoss.of(space, 1).weight(0.1).attach(batch, now, before);

    // Four prompts: en, sw, en, sw and so on.
    LensRows rows = batch.cycle(EN.size());
    Map<String, INDArray> arrays = new HashMap<>(batch.arrays(rows));
    arrays.putAll(inputs());
    INDArray[] features = {arrays.get("input_ids"), arrays.get("attention_mask")};
    INDArray[] targets = {Nd4j.eye(2).repeat(0, EN.size()).castTo(DataType.FLOAT)};
    sd.setTrainingConfig(
        TrainingConfig.builder()
            .updater(new Adam(0.01))
            .dataSetFeatureMapping(batch.features("input_ids", "attention_mask"))
            .dataSetLabelMapping("labels")
            .build());
    out.println("before " + sd.outputSingle(arrays, "lens_loss"));
    sd.fit(new SingletonMultiDataSetIterator(batch.dataSet(rows, features, targets)), 50);
    out.println("after  " + sd.outputSingle(arrays, "lens_loss"));
  }

  private static SDVariable layer(SDVariable in, SDVariable weight) {
    SameDiff sd = in.getSameDiff();
    SDVariable rows = sd.mmul(sd.reshape(in, -1, SIZE), weight);
    return sd.reshape(sd.math.tanh(rows), sd.shape(in));
  }

  /** A stand-in for a tokenizer. */
  private static int[] tokens(String text) {
    return text.chars().toArray();
  }

  private static List<TextItem> texts(List<String> texts) {
    List<TextItem> out = new ArrayList<>();
    texts.forEach(text -> out.add(new TextItem(Integer.toString(out.size()), text)));
    return out;
  }

  /** Texts at the left, padding at the right. */
  private static Map<String, INDArray> inputs() {
    int[][] ids = new int[2 * EN.size()][9];
    float[][] mask = new float[2 * EN.size()][9];
    for (int row = 0; row < ids.length; row++) {
      int[] text = tokens((row % 2 == 0 ? EN : SW).get(row / 2));
      for (int i = 0; i < text.length; i++) {
        ids[row][i] = text[i];
        mask[row][i] = 1;
      }
    }
    return Map.of(
        "input_ids", Nd4j.createFromArray(ids), "attention_mask", Nd4j.createFromArray(mask));
  }
}

// end program
