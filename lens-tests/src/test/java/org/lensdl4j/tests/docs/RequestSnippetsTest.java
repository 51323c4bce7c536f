package org.lensdl4j.tests.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lensdl4j.lens.config.LensConfig;
import org.lensdl4j.lens.config.RequestTarget;
import org.lensdl4j.lens.corpus.Corpus;
import org.lensdl4j.lens.corpus.TextItem;
import org.lensdl4j.lens.loss.StateLoss;
import org.lensdl4j.lens.space.LanguageSpace;
import org.lensdl4j.lens.states.Prompting;
import org.lensdl4j.lens.states.StateCache;
import org.lensdl4j.lens.steer.Steering;
import org.lensdl4j.lens.steer.SteeringSetting;
import org.lensdl4j.lens.train.RequestAnswers;
import org.lensdl4j.lens.train.RequestCorpus;
import org.lensdl4j.lens.train.RequestMaker;
import org.lensdl4j.lens.train.RequestTraining;
import org.lensdl4j.lens.train.RunFolder;
import org.lensdl4j.lens.train.TinyJob;
import org.lensdl4j.model.TransformerModel;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class RequestSnippetsTest {
  @TempDir Path folder;

  @Test
  void training() {
    Corpus questions =
        Corpus.of(
            Map.of("en", List.of(new TextItem("a", "What is ice?"), new TextItem("b", "And?"))));
    try (TinyJob tiny = new TinyJob(folder, 7)) {
      TransformerModel model = tiny.model;
      LanguageSpace space = tiny.space;
      StateCache cache = tiny.cache();
      Map<String, String> names = Map.of("xx", "Fghij", "yy", "Klmno");
      // snippet training
      LensConfig config =
          LensConfig.builder().languages("en", "xx", "yy").target(RequestTarget.STATES).build();
      RequestCorpus asked =
          RequestMaker.of("en", config.targets())
              .names(names) // English names of known codes are known
              .make(questions);
      RequestCorpus answered =
          new RequestAnswers(model, Prompting.training(config), 40)
              .to(asked, Steering.of(space, SteeringSetting.parse("0.3")));
      new RequestTraining(model, space, config, answered, cache).run(folder.resolve("run"));
      // end training
      assertThat(RunFolder.readLog(folder.resolve("run"))).hasSize(3);
    }
  }

  @Test
  void losses() {
    SameDiff sd = SameDiff.create();
    SDVariable hidden = sd.var("hidden", Nd4j.ones(DataType.FLOAT, 3, 4));
    SDVariable before = sd.constant("before", Nd4j.zeros(DataType.FLOAT, 3, 4));
    SDVariable displacement = sd.constant("displacement", Nd4j.ones(DataType.FLOAT, 3, 4));
    SDVariable asked = sd.constant("asked", Nd4j.createFromArray(1f, 0f, 1f));
    SDVariable english = sd.constant("english", Nd4j.createFromArray(0f, 1f, 0f));
    SDVariable limits = sd.constant("limits", Nd4j.zeros(DataType.FLOAT, 3, 2));
    INDArray directions = Nd4j.eye(4).getRows(0, 1);
    // snippet losses
    StateLoss.distance(hidden, before.add(displacement), 4, asked).attach();
    StateLoss.distance(hidden, before, 4, english).prefix("retain_").attach();
    StateLoss.fence(hidden, directions, limits, asked).weight(0.1).attach();
    // end losses
    assertThat(sd.outputSingle(Map.of(), "state_distance").getDouble(0)).isZero();
    assertThat(sd.outputSingle(Map.of(), "retain_state_distance").getDouble(0)).isEqualTo(1);
    assertThat(sd.outputSingle(Map.of(), "state_fence").getDouble(0)).isEqualTo(2);
  }
}
