package org.lensdl4j.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.File;
import java.io.IOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lensdl4j.lens.corpus.Corpus;
import org.lensdl4j.lens.space.BlockProbing;
import org.lensdl4j.lens.space.LanguageProbing;
import org.lensdl4j.lens.space.LanguageSpace;
import org.lensdl4j.model.TransformerModel;
import org.lensdl4j.model.base.LensException;
import org.lensdl4j.model.base.Progress;

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
  void equalsProbingWithoutBlocksUnlessBlocksAreOfAnotherSize() {
    try (TransformerModel opened = TransformerModel.open(tiny.model)) {
      Corpus corpus = Corpus.jsonl(tiny.texts, tiny.config.languages(), 0);
      LanguageSpace local = LanguageProbing.run(opened, corpus, tiny.config, Progress.NONE);
      equal(probing().blockTexts(BlockProbing.TEXTS).fit(), local, 1e-9);
      equal(probing().fit(), local, 1e-5);
    }
  }

  @Test
  void moreAgnosticDirectionsAreRefusedBeforeTextsAreRead() {
    assertThatThrownBy(
            () ->
                probing()
                    .texts("/nowhere")
                    .config(tiny.config.toBuilder().agnosticRank(2).build())
                    .fit())
        .isInstanceOf(LensException.class)
        .hasMessageContainingAll("agnosticRank", "found 2", "lens probe");
  }

  @Test
  void withoutSparkSqlParquetIsRefusedByName() throws Exception {
    List<URL> jars = new ArrayList<>();
    for (String jar : System.getProperty("java.class.path").split(File.pathSeparator)) {
      if (!jar.contains("spark-sql")) {
        jars.add(Path.of(jar).toUri().toURL());
      }
    }
    try (URLClassLoader without =
        new URLClassLoader(jars.toArray(URL[]::new), ClassLoader.getPlatformClassLoader())) {
      Class<?> corpora = without.loadClass(Corpora.class.getName());
      Constructor<?> made = corpora.getDeclaredConstructors()[0];
      made.setAccessible(true);
      Object folder = made.newInstance(null, "texts", null);
      Method read = corpora.getDeclaredMethod("parquet", String.class);
      read.setAccessible(true);
      assertThatThrownBy(() -> read.invoke(folder, "sw.parquet"))
          .cause()
          .hasMessage("sw.parquet: Parquet needs spark-sql on the class path, which is not there");
    }
  }

  @Test
  void plainTextAndParquetAreReadToo() throws IOException {
    LanguageSpace local = tiny.local();
    Files.delete(tiny.texts.resolve("zh.jsonl"));
    Files.delete(tiny.texts.resolve("sw.jsonl"));
    List<String> zh = tiny.all("zh");
    Files.writeString(tiny.texts.resolve("zh.txt"), String.join("\n", zh) + "\n\n");
    SparkSession session = SparkSession.builder().config(spark.getConf()).getOrCreate();
    session
        .createDataset(tiny.all("sw"), Encoders.STRING())
        .toDF("text")
        .repartition(1)
        .write()
        .parquet(tiny.texts.resolve("sw.parquet").toString());
    equal(probing().fit(), local, 1e-9);
  }

  @Test
  void aLineThatCannotBeReadIsNamed() throws IOException {
    Path file = tiny.texts.resolve("sw.jsonl");
    Files.writeString(file, Files.readString(file) + "\n{\"text\": 3}\n");
    assertThatThrownBy(() -> probing().fit())
        .isInstanceOf(LensException.class)
        .hasMessageContainingAll(
            "sw.jsonl:" + (TinyCorpus.size("sw") + 2), "field text", "found 3", "a string");
  }

  @Test
  void emptyAndMissingTextsAreRefused() throws IOException {
    Files.writeString(tiny.texts.resolve("sw.jsonl"), "\n");
    assertThatThrownBy(() -> probing().fit())
        .isInstanceOf(LensException.class)
        .hasMessage("language sw has too few texts to probe: found 0, expected at least 10");
    Files.delete(tiny.texts.resolve("sw.jsonl"));
    assertThatThrownBy(() -> probing().fit())
        .isInstanceOf(LensException.class)
        .hasMessageContainingAll("language sw has no file", ".parquet", "en, zh");
  }

  @Test
  void otherSerializersAreRefused() {
    SparkConf kryo =
        spark.getConf().set("spark.serializer", "org.apache.spark.serializer.KryoSerializer");
    assertThatThrownBy(() -> SparkSettings.require(kryo))
        .isInstanceOf(LensException.class)
        .hasMessageContainingAll("spark.serializer", "KryoSerializer", "JavaSerializer");
  }

  @Test
  void anExecutorWithoutTheModelOrWithAnotherIsNamed() {
    String hash;
    try (TransformerModel opened = TransformerModel.open(tiny.model)) {
      hash = opened.hash();
    }
    String wrong = "0".repeat(64);
    assertThatThrownBy(() -> ExecutorModels.lease(new ModelRef("/nowhere/model", hash, null)))
        .isInstanceOf(LensException.class)
        .hasMessageContainingAll("executor driver on ", "/nowhere/model");
    assertThatThrownBy(() -> ExecutorModels.lease(new ModelRef(tiny.model.toString(), wrong, null)))
        .isInstanceOf(LensException.class)
        .hasMessageContainingAll("executor driver on ", tiny.model.toString(), hash, wrong);
  }
}
