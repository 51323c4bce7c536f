package org.lensdl4j.tests.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.lensdl4j.lab.experiment.Trials;
import org.lensdl4j.lab.measure.Comparison;
import org.lensdl4j.lab.measure.HeldOut;
import org.lensdl4j.lab.measure.StateMeasures;
import org.lensdl4j.lens.Lens;
import org.lensdl4j.lens.LensResult;
import org.lensdl4j.lens.config.LensConfig;
import org.lensdl4j.lens.corpus.Corpus;
import org.lensdl4j.lens.corpus.ParallelCorpus;
import org.lensdl4j.lens.space.LanguageSpace;
import org.lensdl4j.lens.space.StatePosition;
import org.lensdl4j.lens.train.TrainedWeights;
import org.lensdl4j.model.TransformerModel;
import org.lensdl4j.model.base.Progress;
import org.lensdl4j.model.graph.TokenInputs;
import org.lensdl4j.model.onnx.OnnxModel;
import org.lensdl4j.model.text.TokenSequence;
import org.lensdl4j.model.trunk.HiddenStates;
import org.lensdl4j.model.trunk.Outputs;
import org.lensdl4j.model.trunk.Pooling;
import org.lensdl4j.model.trunk.Trunk;
import org.lensdl4j.model.weights.OverlayWeights;
import org.lensdl4j.tests.onnx.OnnxFiles;

/** The commands on the tiny models under reference/encoders; what needs a head is refused. */
class EncoderJobsTest {
  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"bert", "bert-gamma", "xlm-r", "mpnet"})
  void probes(String variant) throws IOException {
    Path model = model(variant);
    Path texts = new Jobs(folder).texts();
    for (String position : List.of("", "mean", "cls")) {
      Path space = folder.resolve(position + "space.safetensors");
      List<Object> line = new ArrayList<>(probe(model, texts, space));
      if (!position.isEmpty()) {
        line.addAll(List.of("--position", position));
      }
      String expected = position.isEmpty() ? "mean" : position;
      assertThat(Jobs.lens(line.toArray())).containsPattern("position +" + expected);
      LanguageSpace read = LanguageSpace.load(space);
      assertThat(read.provenance().position()).isEqualTo(expected);
      isMeanOfTheTexts(read, model, texts, expected.equals("cls") ? Pooling.FIRST : Pooling.MEAN);
    }
  }

  /** The mean of a language is that of its pooled texts, special tokens included. */
  private static void isMeanOfTheTexts(
      LanguageSpace space, Path folder, Path texts, Pooling pooling) throws IOException {
    ObjectMapper json = new ObjectMapper();
    try (TransformerModel model = TransformerModel.open(folder);
        Trunk trunk = model.trunk().build()) {
      double[] mean = new double[model.config().hiddenSize()];
      float[] state = new float[mean.length];
      List<String> lines = Files.readAllLines(texts.resolve("sw.jsonl"));
      for (String line : lines) {
        int[] ids =
            model.tokenizer().encodeWithSpecialTokens(json.readTree(line).get("text").asText());
        assertThat(model.tokenizer().token(ids[0])).isEqualTo("[CLS]");
        assertThat(model.tokenizer().token(ids[ids.length - 1])).isEqualTo("[SEP]");
        try (HiddenStates states = trunk.embed(List.of(TokenSequence.of(ids)))) {
          trunk.advance(states, model.config().layers(), Outputs.ALL_TOKENS, null);
          if (pooling == Pooling.FIRST) {
            states.token(0, 0, state);
          } else {
            states.mean(0, state);
          }
        }
        for (int i = 0; i < mean.length; i++) {
          mean[i] += state[i] / lines.size();
        }
      }
      double[] found = space.mean(model.config().layers(), "sw");
      for (int i = 0; i < mean.length; i++) {
        assertThat(found[i]).isCloseTo(mean[i], within(1e-5));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"bert", "bert-gamma", "xlm-r", "mpnet"})
  void trainsEvaluatesAndExports(String variant) throws IOException {
    Path model = model(variant);
    Jobs jobs = new Jobs(folder);
    Path out = jobs.probeTrainExport(model);
    jobs.changedInTheTopLayerOnly(model, out);
    assertThat(Jobs.lens("inspect", out)).contains("Hugging Face directory", "no head");
    assertThat(Jobs.lens("inspect", folder.resolve("run"))).containsPattern("position +mean");
    String said = Jobs.lens(evaluate(model, "--run", folder.resolve("run"), "--steer", 1));
    assertThat(said).contains("states, retrieval_to").doesNotContain("bits", "likeliest");
    assertThat(said).contains("run against before", "steer 1 against before");
    String all = Files.readString(folder.resolve("evaluation/summary.txt"));
    assertThat(all).contains("cosine", "cka", "separability", "layer by layer");
    assertThat(Files.readString(folder.resolve("evaluation/summary.json"))).doesNotContain("NaN");
  }

  /** From an ONNX file to its own graph with what was trained. */
  @Test
  void trainsWhatCameAsOnnxAndExportsItAsOnnx() throws IOException {
    Path source = OnnxFiles.file("bert-op17");
    Path tokens =
        Files.writeString(folder.resolve("letters.json"), TinyEncoder.tokenizer().toString());
    Path model = folder.resolve("model");
    Object[] line = {
      "import", "--onnx", source, "--tokenizer", tokens, "--pooling", "mean", "--out", model
    };
    assertThat(Jobs.lens(line)).contains("model: written");
    assertThat(Jobs.refusal(line)).contains("model");
    Jobs jobs = new Jobs(folder);
    Path directory = jobs.probeTrainExport(model);
    jobs.changedInTheTopLayerOnly(model, directory);
    Path run = folder.resolve("run");
    Path onnx = folder.resolve("trained.onnx");
    assertThat(Jobs.lens("export", "--model", model, "--run", run, "--onnx", source, "--out", onnx))
        .contains("trained.onnx: written");
    List<int[]> texts = List.of(new int[] {2, 8, 30, 3}, new int[] {2, 3});
    try (OnnxModel graph = OnnxModel.open(onnx);
        TransformerModel written = TransformerModel.open(directory);
        Trunk trunk = written.trunk().build();
        HiddenStates states = trunk.embed(texts.stream().map(TokenSequence::of).toList())) {
      trunk.advance(states, written.config().layers(), Outputs.ALL_TOKENS, null);
      float[][] expected = Pooling.MEAN.of(states);
      float[][] found =
          Pooling.MEAN.of(
              graph
                  .run(TokenInputs.of(graph.tapped(), texts, 0), List.of("last_hidden_state"))
                  .get("last_hidden_state"),
              List.of(4, 2));
      for (int t = 0; t < expected.length; t++) {
        for (int k = 0; k < expected[t].length; k++) {
          assertThat(found[t][k]).isCloseTo(expected[t][k], within(2e-5f));
        }
      }
    }
  }

  /** The space that was probed at the first token is what is trained and measured. */
  @Test
  void trainsAndMeasuresWhereTheSpaceWasProbed() throws IOException {
    Path model = model("xlm-r");
    Path texts = new Jobs(folder).texts();
    Path space = folder.resolve("space.safetensors");
    List<Object> probe = new ArrayList<>(probe(model, texts, space));
    probe.addAll(List.of("--position", "cls"));
    Jobs.lens(probe.toArray());
    Jobs.lens(train(model, texts, space, "--lora", 2, "--lora-targets", "query,dense"));
    assertThat(Jobs.lens("inspect", folder.resolve("run"))).containsPattern("position +cls");
    Jobs.lens(evaluate(model, "--run", folder.resolve("run")));
    List<String> lines = Files.readAllLines(folder.resolve("evaluation/items/states.sw.jsonl"));
    List<String> rows = lines.subList(1, lines.size());
    double found = 0;
    for (String row : rows) {
      found += cosine(row);
    }
    assertThat(found / rows.size())
        .isCloseTo(meanCosine(model, texts, Pooling.FIRST), within(1e-5))
        .isNotCloseTo(meanCosine(model, texts, Pooling.MEAN), within(1e-3));
  }

  /** Analyses read what the space was probed at, and say so. */
  @ParameterizedTest
  @ValueSource(strings = {"mean", "cls"})
  void analysesReadWhereTheSpaceWasProbed(String position) throws IOException {
    Path model = model("bert");
    Path texts = new Jobs(folder).texts();
    Path space = folder.resolve("space.safetensors");
    List<Object> probe = new ArrayList<>(probe(model, texts, space));
    probe.addAll(List.of("--position", position));
    Jobs.lens(probe.toArray());
    Jobs.lens(analyse("layers", model, texts, "--space", space));
    assertThat(Files.readString(folder.resolve("analyses/layers.json")))
        .contains("\"position\" : \"" + position + "\"");
    LanguageSpace read = LanguageSpace.load(space);
    Pooling pooling = position.equals("cls") ? Pooling.FIRST : Pooling.MEAN;
    float[][] states = states(model, texts, "sw", pooling);
    double share = 0;
    for (float[] state : states) {
      double[] h = IntStream.range(0, state.length).mapToDouble(i -> state[i]).toArray();
      share += read.specificShare(read.layers(), h) / states.length;
    }
    String start = read.layers() + ",specific_energy,sw,";
    String row =
        Files.readAllLines(folder.resolve("analyses/layers.csv")).stream()
            .filter(l -> l.startsWith(start))
            .findFirst()
            .orElseThrow();
    assertThat(Double.parseDouble(row.substring(start.length()).split(",")[0]))
        .isCloseTo(share, within(1e-5));
    String other = position.equals("cls") ? "mean" : "cls";
    assertThat(Jobs.refusal(analyse("pca", model, texts, "--space", space, "--position", other)))
        .contains("--position: found " + other + ", expected " + position);
    Jobs.lens(analyse("pca", model, texts, "--position", other));
    assertThat(Files.readString(folder.resolve("analyses/pca.json")))
        .contains("\"position\" : \"" + other + "\"");
    Jobs.lens(analyse("terms", model, texts, "--position", position, "--layers", 1));
    assertThat(folder.resolve("analyses/terms.csv")).exists();
  }

  /** Probing, training and measuring of trials and of the whole job read the same states. */
  @ParameterizedTest
  @CsvSource({"bert,MEAN", "mpnet,MEAN", "mpnet,FIRST"})
  void aTrialIsTheWholeJob(String variant, Pooling position) throws IOException {
    Path texts = new Jobs(folder).texts();
    List<String> languages = List.of("en", "zh", "sw");
    ParallelCorpus parallel = ParallelCorpus.jsonl(texts, languages, "en", 0);
    Corpus corpus = Corpus.jsonl(texts, languages, 0);
    LensConfig config =
        LensConfig.builder()
            .languages(languages)
            .central("en")
            .topLayers(1)
            .minTexts(2)
            .accumulation(2)
            .learningRate(1e-2)
            .build();
    try (TransformerModel model = TransformerModel.open(model(variant));
        Trials trials =
            Trials.of(model)
                .central("en")
                .targets("zh", "sw")
                .probeOn(corpus)
                .position(position)
                .trainOn(parallel)
                .developOn(parallel)
                .cache(folder.resolve("trials"))
                .build()) {
      Path run = folder.resolve("run");
      LensResult job =
          Lens.of(model)
              .config(config)
              .position(position)
              .probeOn(corpus)
              .trainOn(parallel)
              .fit(run);
      assertThat(trials.space(config).provenance().position())
          .isEqualTo(StatePosition.name(position));
      assertThat(trials.space(config).fingerprint()).isEqualTo(job.space().fingerprint());
      Comparison trial = trials.run(config).comparison();
      try (TrainedWeights weights = job.weights()) {
        OverlayWeights after = weights.over(model);
        LanguageSpace space = job.space();
        Comparison whole =
            HeldOut.compare(model, after, space, parallel, config, true, Progress.NONE);
        assertThat(trial.toJson()).isEqualTo(whole.toJson());
        assertThat(whole.toJson()).doesNotContain("bits").contains("cosine", "drift");
      }
    }
  }

  private static double cosine(String row) throws IOException {
    return new ObjectMapper().readTree(row).findPath("before").findPath("cosine").asDouble();
  }

  private static double meanCosine(Path folder, Path texts, Pooling pooling) throws IOException {
    double[] found =
        StateMeasures.cosine(
            states(folder, texts, "sw", pooling), states(folder, texts, "en", pooling));
    return Arrays.stream(found).average().orElseThrow();
  }

  private static float[][] states(Path folder, Path texts, String language, Pooling pooling)
      throws IOException {
    try (TransformerModel model = TransformerModel.open(folder);
        Trunk trunk = model.trunk().build()) {
      List<TokenSequence> prompts = new ArrayList<>();
      for (String line : Files.readAllLines(texts.resolve(language + ".jsonl"))) {
        String text = new ObjectMapper().readTree(line).get("text").asText();
        prompts.add(TokenSequence.of(model.tokenizer().encodeWithSpecialTokens(text)));
      }
      try (HiddenStates states = trunk.embed(prompts)) {
        trunk.advance(states, model.config().layers(), Outputs.ALL_TOKENS, null);
        float[][] pooled = new float[prompts.size()][states.hiddenSize()];
        for (int i = 0; i < pooled.length; i++) {
          pooling.of(states, i, pooled[i]);
        }
        return pooled;
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"bert", "mpnet"})
  void whatNeedsADecoderIsRefusedInOneLine(String variant) throws IOException {
    Path model = model(variant);
    Jobs jobs = new Jobs(folder);
    Path texts = jobs.texts();
    Path space = folder.resolve("space.safetensors");
    String refusal = "needs a decoder; model_type '" + variant + "' is an encoder";
    assertThat(Jobs.refusal("generate", "--model", model, "--raw", "--prompt", "abc"))
        .contains(refusal);
    Path data = Files.createDirectories(folder.resolve("data/next_sentence")).getParent();
    assertThat(Jobs.refusal(evaluate(model, "--data", data)))
        .contains("scoring of tasks " + refusal + ", which has no LM head");
    assertThat(folder.resolve("evaluation")).doesNotExist();
    List<Object> last = new ArrayList<>(probe(model, texts, space));
    last.addAll(List.of("--position", "last"));
    assertThat(Jobs.refusal(last.toArray())).contains("expected mean or cls");
    Jobs.lens(probe(model, texts, space).toArray());
    assertThat(Jobs.refusal(train(model, texts, space, "--compat", "lens-2ffa3f0")))
        .contains("reproduces decoders");
    assertThat(folder.resolve("run")).doesNotExist();
  }

  private Object[] train(Path model, Path texts, Path space, Object... more) {
    Object[] line = {
      "train",
      "--model",
      model,
      "--texts",
      texts,
      "--languages",
      "en,zh,sw",
      "--cache",
      folder.resolve("cache"),
      "--space",
      space,
      "--layers",
      1,
      "--out",
      folder.resolve("run")
    };
    return Stream.of(line, more).flatMap(Stream::of).toArray();
  }

  private Object[] analyse(String name, Path model, Path texts, Object... more) {
    Object[] line = {
      "analyse",
      name,
      "--model",
      model,
      "--texts",
      texts,
      "--languages",
      "en,zh,sw",
      "--cache",
      folder.resolve("cache"),
      "--out",
      folder.resolve("analyses")
    };
    return Stream.of(line, more).flatMap(Stream::of).toArray();
  }

  private Object[] evaluate(Path model, Object... more) {
    Object[] line = {
      "evaluate",
      "--model",
      model,
      "--texts",
      folder.resolve("texts"),
      "--languages",
      "en,zh,sw",
      "--out",
      folder.resolve("evaluation")
    };
    return Stream.of(line, more).flatMap(Stream::of).toArray();
  }

  private List<Object> probe(Path model, Path texts, Path space) {
    return List.of(
        "probe",
        "--model",
        model,
        "--texts",
        texts,
        "--languages",
        "en,zh,sw",
        "--cache",
        folder.resolve("cache"),
        "--min-texts",
        2,
        "--out",
        space);
  }

  private Path model(String variant) throws IOException {
    return TinyEncoder.write(variant, folder.resolve("model"));
  }
}
