package org.lensdl4j.lab.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lensdl4j.lab.measure.Measure;
import org.lensdl4j.lens.config.LensConfig;
import org.lensdl4j.lens.config.Option;
import org.lensdl4j.model.base.LensException;

/** The configuration's form: read, written, and refused with line and field. */
class SearchConfigTest {
  @Test
  void theExampleIsReadAndSurvivesBothForms() {
    SearchConfig config = SearchConfig.fromYaml(SearchConfig.example());
    assertThat(config.generator().candidates()).isEqualTo(20);
    assertThat(config.score().budget()).containsEntry(Measure.BITS_PER_BYTE, 0.01);
    assertThat(config.parameters()).hasSize(10);
    assertThat(config.parameters().get(0)).isEqualTo(Parameter.log("learningRate", 1e-5, 3e-4));
    for (SearchConfig read :
        List.of(
            SearchConfig.fromJson(config.toJson()),
            SearchConfig.fromYaml(config.toYaml()),
            SearchConfig.fromYaml(config.toJson()))) {
      assertThat(read.toJson()).isEqualTo(config.toJson());
      assertThat(read.parameters()).isEqualTo(config.parameters());
    }
    LensConfig base = config.base(List.of("en", "sw", "zh"));
    assertThat(base.epochs()).isEqualTo(2);
    assertThat(config.space(List.of("en", "sw", "zh")).numParameters()).isEqualTo(13);
  }

  @Test
  void whatIsLeftOutHasItsDefault() {
    SearchConfig config = SearchConfig.fromYaml("space: {epochs: {low: 1, high: 4}}");
    assertThat(config.generator().kind()).isEqualTo(GeneratorSettings.Kind.RANDOM);
    assertThat(config.plateau()).isEqualTo(SearchConfig.Plateau.NONE);
    assertThat(config.score().weights()).isEqualTo(Map.of(Measure.RETRIEVAL_TO_CENTRAL, 1.0));
    assertThat(config.parameters()).containsExactly(Parameter.integer("epochs", 1, 4));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'' | line 1: found an empty file",
        "'[1]' | line 1: the file: found a list, expected fields base",
        "'a: b: c' | line 1: ",
        "'seed: x' | line 1: seed: found 'x', expected a whole number",
        "'seed: 1\nspaces: {}' | line 2: unknown field spaces, known are base, candidates",
        "'seed: 1' | line 1: the file: found a map, expected a field space",
        "'space: {}' | line 1: space: found a map, expected at least one option to vary",
        "'space:\n  topLayers: []' | line 2: space.topLayers: found a list, expected at least one value",
        "'space:\n  topLayers: [1, 1]' | line 2: space.topLayers: found '1', expected each value once",
        "'space:\n  topLayers: [1, 0]' | line 2: space.topLayers: option topLayers: found 0",
        "'space:\n  toplayers: [1]' | line 2: space.toplayers: configuration: unknown option 'toplayers'",
        "'space:\n  epochs: {low: 1, high: two}' | line 2: space.epochs.high: found 'two', expected a number",
        "'space:\n  epochs:\n    low: 3\n    high: 1' | line 4: space.epochs.high: found '1', expected at least low",
        "'space:\n  align: {low: 0, high: 1, scale: log}' | line 2: space.align.low: found '0', expected a number above 0",
        "'space:\n  align: {low: 0, high: 1, scale: cubic}' | line 2: space.align.scale: found 'cubic'",
        "'space:\n  align: {low: -1, high: 1}' | line 2: space.align: option align: found -1.0",
        "'space:\n  align: {lo: 1}' | line 2: unknown field space.align.lo, known are high, low",
        "'space:\n  languages: [en]' | line 2: space.languages: found a list, expected an option that",
        "'generator: best\nspace: {epochs: [1]}' | line 1: generator: found 'best', expected one of random",
        "'candidates: 0\nspace: {epochs: [1]}' | line 1: candidates: found '0', expected a whole number of at",
        "'score:\n  gain: {drift: 1}\nspace: {epochs: [1]}' | line 2: score: score.gain.drift: found 1.0",
        "'score:\n  gain: {speed: 1}\nspace: {epochs: [1]}' | line 2: score.gain.speed: found '1', expected one",
        "'base:\n  epochs: 1\n  lr: 2\nspace: {epochs: [1]}' | line 3: base.lr: configuration: unknown option 'lr'",
        "'base:\n  epochs: 0\nspace: {epochs: [1]}' | line 2: base.epochs: option epochs: found 0",
        "'base: {central: sw}\nspace: {epochs: [1]}' | line 1: base.central: found 'sw', expected no languages",
        "'seed: 1\nseed: 2' | line 2: Duplicate field",
        "'space: {epochs: [[1]]}' | line 1: space.epochs: found a list, expected a single value",
        "'a: [[[[[[[[[[1]]]]]]]]]]' | line 1: a: nested too deeply",
        "'space: {coordinates: [curved]}' | line 1: space.coordinates: option coordinates: found",
      })
  void refusesWithLineAndField(String yaml, String message) {
    assertThatThrownBy(() -> SearchConfig.fromYaml(yaml))
        .isInstanceOf(LensException.class)
        .hasMessageStartingWith(message);
  }

  /** YAML can name classes and repeat itself without end; neither is followed. */
  @Test
  void tagsAndReferencesAreOnlyTexts() {
    assertThatThrownBy(() -> SearchConfig.fromYaml("space: !!javax.script.ScriptEngineManager [x]"))
        .isInstanceOf(LensException.class)
        .hasMessageStartingWith("line 1: space: found a list, expected options to vary");
    assertThatThrownBy(() -> SearchConfig.fromYaml("seed: &a 1\nspace: {epochs: *a}"))
        .isInstanceOf(LensException.class)
        .hasMessageStartingWith("line 2: space.epochs: found 'a'");
  }

  @Test
  void aFileIsNamedInFrontOfTheLine(@TempDir Path folder) throws IOException {
    Path file = Files.writeString(folder.resolve("s.json"), "{\"seed\": \"x\"}");
    assertThatThrownBy(() -> SearchConfig.read(file))
        .hasMessage(file + ", line 1: seed: found 'x', expected a whole number");
    assertThatThrownBy(() -> SearchConfig.read(folder.resolve("none.yaml")))
        .hasMessageContaining("cannot read search")
        .hasMessageContaining("none.yaml");
  }

  @Test
  void aLanguageOfItsOwnMustBeATarget() {
    SearchConfig config = SearchConfig.fromYaml("space: {lambda.sw: [0.5, 1]}");
    assertThat(config.space(List.of("en", "sw")).numParameters()).isEqualTo(1);
    assertThatThrownBy(() -> config.space(List.of("en", "zh")))
        .hasMessage("space.lambda.sw: found 'sw', expected one of the target languages [zh]");
  }

  /**
   * Each number of the table in a range and in a list: what is refused, and as what it is drawn.
   */
  @Test
  void rangesAndTypesAreThoseOfTheOptions() {
    List<String> seen = new ArrayList<>();
    for (Option option : LensConfig.options().all()) {
      if (option.range() == null || !option.isScalar() || option.name().equals("checkpointEvery")) {
        continue;
      }
      seen.add(option.name());
      boolean whole = option.type() == Integer.class;
      double least = option.range().least();
      String low = whole ? "" + ((int) least - 1) : "" + (option.range().open() ? least : -1e-9);
      String wrong = option.name() + ": found " + low + ", expected " + option.range().words();
      for (String written : List.of("[%s]", "{low: %s, high: 1}", "{values: [%s]}")) {
        String yaml = "space: {" + option.name() + ": " + written.formatted(low) + "}";
        assertThatThrownBy(() -> SearchConfig.fromYaml(yaml))
            .hasMessageStartingWith("line 1: space." + option.name() + ": option ")
            .hasMessageEndingWith("option " + wrong);
        String base = "{base: {%s: %s}, space: {shuffle: [true]}}".formatted(option.name(), low);
        assertThatThrownBy(() -> SearchConfig.fromYaml(base))
            .hasMessage("line 1: base." + option.name() + ": option " + wrong);
      }
      if (option.range().below() == 1) {
        assertThatThrownBy(
                () -> SearchConfig.fromYaml("space: {" + option.name() + ": {low: 0, high: 1}}"))
            .hasMessageEndingWith("found 1.0, expected " + option.range().words());
      } else {
        Parameter read =
            SearchConfig.fromYaml("space: {" + option.name() + ": {low: 2, high: 3}}")
                .parameters()
                .get(0);
        assertThat(read.kind()).isEqualTo(whole ? Parameter.Kind.INTEGER : Parameter.Kind.REAL);
      }
    }
    assertThat(seen).hasSize(29);
  }

  @Test
  void everyWordOfAnOptionIsAChoiceAndNoOther() {
    for (Option option : LensConfig.options().all()) {
      if (option.words().isEmpty() || option.name().equals("compat")) {
        continue;
      }
      String all = "space: {" + option.name() + ": " + option.words() + "}";
      assertThat(SearchConfig.fromYaml(all).parameters().get(0).values())
          .isEqualTo(List.copyOf(option.words()));
      assertThatThrownBy(() -> SearchConfig.fromYaml("space: {" + option.name() + ": [curved]}"))
          .hasMessageEndingWith(
              "found \"curved\", expected one of " + String.join(", ", option.words()));
    }
  }

  @Test
  void optionsOfTheBaseThatDoNotGoTogetherAreNamed() {
    assertThatThrownBy(
            () ->
                SearchConfig.fromYaml(
                    "base: {align: 0, separate: 0, retain: 0}\nspace: {rank: [1]}"))
        .hasMessageStartingWith("line 1: base: options align, separate, retain: found 0");
  }

  @Test
  void seedsAreDrawnAsWholeNumbers() {
    assertThat(SearchConfig.fromYaml("space: {seed: {low: 1, high: 5}}").parameters())
        .containsExactly(Parameter.integer("seed", 1, 5));
  }

  /** Some options are left out of the JSON where they have their defaults. */
  private static String written(JsonNode json, Option option) {
    return json.has(option.name())
        ? json.get(option.name()).toString()
        : option.shown(option.initial());
  }

  @Test
  void everyOptionCanBeInTheBase() throws IOException {
    LensConfig usual = LensConfig.builder().languages("en", "sw").lambda("sw", 0.5).build();
    JsonNode json = new ObjectMapper().readTree(usual.toJson());
    for (Option option : LensConfig.options().all()) {
      if (!List.of("languages", "central").contains(option.name())) {
        String yaml =
            "base: {\"%s\": %s}\nspace: {epochs: [1]}"
                .formatted(option.name(), written(json, option));
        LensConfig read = SearchConfig.fromYaml(yaml).base(List.of("en", "sw"));
        assertThat(read.values().get(option.name()))
            .as(option.name())
            .isEqualTo(usual.values().get(option.name()));
      }
    }
  }
}
