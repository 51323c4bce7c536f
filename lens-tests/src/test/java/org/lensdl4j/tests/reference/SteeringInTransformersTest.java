package org.lensdl4j.tests.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.lensdl4j.tests.reference.Near.assertNear;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lensdl4j.lens.space.LanguageProbe;
import org.lensdl4j.lens.space.LanguageSpace;
import org.lensdl4j.lens.space.LanguageStatistics;
import org.lensdl4j.lens.space.Provenance;
import org.lensdl4j.lens.steer.Steering;
import org.lensdl4j.lens.steer.SteeringSetting;
import org.lensdl4j.model.TransformerModel;
import org.lensdl4j.model.fixtures.TinyModels;
import org.lensdl4j.model.generate.Generator;
import org.lensdl4j.model.generate.Request;
import org.lensdl4j.model.generate.Sampling;
import org.lensdl4j.model.text.TokenSequence;
import org.lensdl4j.model.trunk.HiddenStates;
import org.lensdl4j.model.trunk.Outputs;
import org.lensdl4j.model.trunk.StateEdit;
import org.lensdl4j.model.trunk.Trunk;

/** A steering's file, applied in transformers by forward hooks, leaves the states that ours do. */
@Tag("python")
class SteeringInTransformersTest {
  private static final int[] IDS = IntStream.range(0, 20).map(i -> 3 + (i * 37) % 61).toArray();
  private static final List<String> LANGUAGES = List.of("en", "ja", "sw");
  private static final String SCRIPT = "steer_in_transformers.py";

  @TempDir Path folder;

  @Test
  void statesOfAllLayersAndAnswers() {
    Path source = TinyModels.write(TinyModels.GROUPED, folder);
    try (TransformerModel model = TransformerModel.open(source)) {
      LanguageSpace space = space(model);
      List<Steering> steerings = new ArrayList<>();
      for (String setting : List.of("0.7", "all:0.3u", "2:0.8", "2-3:0.2u", "all:0.1", "0.2u")) {
        Steering.Builder builder = Steering.builder(space).setting(SteeringSetting.parse(setting));
        steerings.add(builder.build());
        steerings.add(builder.away(Steering.MEAN).restored(setting.equals("2:0.8")).build());
      }
      List<String> arguments = new ArrayList<>();
      String ids = IntStream.of(IDS).mapToObj(String::valueOf).collect(Collectors.joining(" "));
      for (int i = 0; i < steerings.size(); i++) {
        Path file = folder.resolve(i + ".safetensors");
        steerings.get(i).save(file);
        arguments.addAll(
            List.of(
                source.toString(), file.toString(), "ja", ids, folder.resolve(i + ".states") + ""));
      }
      PythonScript.run(folder.resolve("log"), SCRIPT, arguments);
      try (Generator generator = model.generator()) {
        for (int i = 0; i < steerings.size(); i++) {
          StoredValues theirs = StoredValues.file(folder.resolve(i + ".states"));
          StateEdit edit = steerings.get(i).in("ja");
          compare(steerings.get(i).toString(), model, edit, theirs);
          Request request = new Request(IDS, Sampling.greedy(), 12).edited(edit);
          int[] answer = generator.generate(List.of(request)).get(0).tokens();
          double[] expected = theirs.values("answer");
          for (int t = 0; t < answer.length; t++) {
            assertThat(answer[t]).isEqualTo((int) expected[t]);
          }
        }
      }
    }
  }

  private static void compare(
      String name, TransformerModel model, StateEdit edit, StoredValues theirs) {
    int d = model.config().hiddenSize();
    try (Trunk trunk = model.trunk().edit(edit).build();
        HiddenStates states = trunk.embed(List.of(TokenSequence.of(IDS)))) {
      trunk.advance(
          states,
          model.config().layers(),
          Outputs.ALL_TOKENS,
          (layer, s) -> {
            double[] found = new double[IDS.length * d];
            float[] row = new float[d];
            for (int t = 0; t < IDS.length; t++) {
              s.token(0, t, row);
              for (int i = 0; i < d; i++) {
                found[t * d + i] = row[i];
              }
            }
            assertNear(name + ", layer " + layer, found, theirs.values("state." + layer), 1e-5);
          });
    }
  }

  @Test
  void thePageShowsWhatIsTested() throws IOException {
    String script = Files.readString(Path.of("src", "test", "python", SCRIPT));
    String shown = script.substring(script.indexOf("import json"), script.indexOf("# end")).strip();
    assertThat(Files.readString(Path.of("..", "docs", "steering.md")))
        .contains("```python\n" + shown + "\n```");
  }

  private static LanguageSpace space(TransformerModel model) {
    int layers = model.config().layers();
    LanguageStatistics statistics =
        new LanguageStatistics(LANGUAGES, layers, model.config().hiddenSize());
    Random random = new Random(5);
    for (String language : LANGUAGES) {
      for (int layer = 1; layer <= layers; layer++) {
        float[] state = new float[model.config().hiddenSize()];
        for (int i = 0; i < state.length; i++) {
          state[i] = (float) random.nextGaussian();
        }
        statistics.add(language, layer, state);
      }
    }
    return LanguageProbe.fit(statistics, "en", 0, Provenance.ofModel(model.hash()));
  }
}
