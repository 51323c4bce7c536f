package org.lensdl4j.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Path;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lensdl4j.lens.corpus.Corpus;
import org.lensdl4j.lens.space.LanguageProbing;
import org.lensdl4j.lens.space.LanguageSpace;
import org.lensdl4j.model.Progress;
import org.lensdl4j.model.TransformerModel;

class SparkProbingTest {
  @TempDir Path folder;
  private TinyCorpus tiny;
  private JavaSparkContext spark;

  @BeforeEach
  void start() throws IOException {
    tiny = new TinyCorpus(folder);
    spark =
        new JavaSparkContext(
            SparkSettings.apply(
                new SparkConf().setMaster("local[3]").set("spark.local.dir", folder.toString())));
  }

  @AfterEach
  void stop() {
    spark.stop();
  }

  private SparkProbing probing() {
    return SparkProbing.on(spark)
        .model(tiny.model)
        .texts(tiny.texts.toString())
        .config(tiny.config)
        .blockTexts(TinyCorpus.BLOCK);
  }

  static void equal(LanguageSpace found, LanguageSpace expected, double relative) {
    assertThat(found.languages()).isEqualTo(expected.languages());
    for (String language : expected.languages()) {
      assertThat(found.count(language)).isEqualTo(expected.count(language));
      for (int layer = 1; layer <= expected.layers(); layer++) {
        near(found.mean(layer, language), expected.mean(layer, language), relative);
        near(found.direction(layer, language), expected.direction(layer, language), relative);
      }
    }
  }

  private static void near(double[] found, double[] expected, double relative) {
    double scale = 0;
    for (double x : expected) {
      scale = Math.max(scale, Math.abs(x));
    }
    assertThat(found).containsExactly(expected, within(relative * scale));
  }

  @Test
  void equalsTheLocalOneWhateverTheTasks() {
    LanguageSpace local = tiny.local();
    for (int tasks : new int[] {0, 1, 2, 7, 100}) {
      LanguageSpace space = probing().partitions(tasks).fit();
      equal(space, local, 1e-9);
      assertThat(space.provenance().modelHash()).isEqualTo(local.provenance().modelHash());
    }
  }

  @Test
  void differsFromOnePassByRoundingOfStates() {
    try (TransformerModel opened = TransformerModel.open(tiny.model)) {
      Corpus corpus = Corpus.jsonl(tiny.texts, tiny.config.languages(), 0);
      equal(probing().fit(), LanguageProbing.run(opened, corpus, tiny.config, Progress.NONE), 1e-5);
    }
  }
}
