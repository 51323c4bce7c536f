package app;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.lensdl4j.lens.loss.LensBatch;
import org.lensdl4j.lens.loss.LensLoss;
import org.lensdl4j.lens.loss.LensRows;
import org.lensdl4j.lens.loss.LensStates;
import org.lensdl4j.lens.space.LanguageProbe;
import org.lensdl4j.lens.space.LanguageSpace;
import org.lensdl4j.lens.space.LanguageStatistics;
import org.lensdl4j.lens.space.Provenance;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.TrainingConfig;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.adapter.SingletonMultiDataSetIterator;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;

/** Somebody's own network of one layer, trained with the loss of Lens at its states. */
public class OwnLoss {
  private static final int WIDTH = 6;
  private static final int TEXTS = 12;

  public static void main(String[] args) {
    Nd4j.getRandom().setSeed(7);
    SameDiff sd = SameDiff.create();
    SDVariable x = sd.placeHolder("x", DataType.FLOAT, -1, -1, WIDTH);
    SDVariable mask = sd.placeHolder("mask", DataType.FLOAT, -1, -1);
    INDArray weights = Nd4j.randn(DataType.FLOAT, WIDTH, WIDTH);
    SDVariable hidden = layer(sd, x, sd.var("w", weights.dup()));
    SDVariable frozen = layer(sd, x, sd.constant("f", weights));

    LensBatch batch = LensBatch.in(sd, "en", List.of("sw", "zh"));
    LensLoss.of(space(), 1).attach(batch, LensStates.of(hidden, mask), LensStates.of(frozen, mask));

    sd.setTrainingConfig(
        TrainingConfig.builder()
            .updater(new Adam(0.01))
            .dataSetFeatureMapping(batch.features("x", "mask"))
            .markLabelsUnused()
            .build());
    INDArray texts = Nd4j.randn(DataType.FLOAT, TEXTS, 5, WIDTH);
    INDArray real = Nd4j.ones(TEXTS, 5);
    LensRows rows = batch.cycle(TEXTS / 3);
    Map<String, INDArray> arrays = new HashMap<>(batch.arrays(rows));
    arrays.put("x", texts);
    arrays.put("mask", real);
    double before = sd.outputSingle(arrays, "lens_loss").getDouble(0);
    sd.fit(new SingletonMultiDataSetIterator(batch.dataSet(rows, texts, real)), 20);
    double after = sd.outputSingle(arrays, "lens_loss").getDouble(0);
    System.out.println("loss " + before + ", after training " + after);
    System.exit(after < before ? 0 : 1);
  }

  private static SDVariable layer(SameDiff sd, SDVariable in, SDVariable weights) {
    return sd.math.tanh(sd.reshape(sd.mmul(sd.reshape(in, -1, WIDTH), weights), sd.shape(in)));
  }

  private static LanguageSpace space() {
    LanguageStatistics statistics = new LanguageStatistics(List.of("en", "sw", "zh"), 1, WIDTH);
    for (String language : statistics.languages()) {
      statistics.add(language, 1, Nd4j.randn(DataType.FLOAT, WIDTH).toFloatVector());
    }
    return LanguageProbe.fit(statistics, "en", 0, Provenance.ofModel("own"));
  }
}
