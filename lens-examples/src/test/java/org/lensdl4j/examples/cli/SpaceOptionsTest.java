package org.lensdl4j.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lensdl4j.lens.config.LossCoordinates;
import org.lensdl4j.lens.space.LanguageSpace;
import org.lensdl4j.lens.space.health.SpaceHealth;

/** Options about a space's form and health and about keeping the central language. */
class SpaceOptionsTest {
  @TempDir Path folder;
  private TinyWork work;
  private Path space;

  @BeforeEach
  void make() throws IOException {
    work = new TinyWork(folder);
    space = folder.resolve("made/space.safetensors");
  }

  private Ran probe(Object... more) {
    return work.probe(space, more);
  }

  @Test
  void spacesOfSeveralDirectionsInStandardCoordinatesTrain() {
    Ran probed = probe("--agnostic-rank", 2, "--coordinates", "standard");
    assertThat(probed.code()).as(probed.err()).isZero();
    assertThat(probed.out()).contains("2 specific, 2 agnostic", "standardised");
    LanguageSpace made = LanguageSpace.load(space);
    assertThat(made.agnosticRank()).isEqualTo(2);
    assertThat(made.coordinates()).isEqualTo(LossCoordinates.STANDARDISED);
    Ran refused = work.train(space, folder.resolve("raw"));
    assertThat(refused.code()).isEqualTo(1);
    assertThat(refused.errors())
        .singleElement()
        .asString()
        .contains("training in coordinates RAW needs a language space of states as they are");
    Ran trained = work.train(space, folder.resolve("run"), "--coordinates", "standard");
    assertThat(trained.code()).as(trained.err()).isZero();
    Ran wrong = probe("--coordinates", "polar");
    assertThat(wrong.code()).isEqualTo(2);
    Ran whitened = probe("--coordinates", "whitened", "--health", "--draws", 20);
    assertThat(whitened.code()).as(whitened.err()).isZero();
    assertThat(whitened.out())
        .contains("It is of states as they are: training whitens them itself");
    assertThat(LanguageSpace.load(space).coordinates()).isEqualTo(LossCoordinates.RAW);
    assertThat(wrong.err()).contains("found 'polar', expected one of raw, standardised, whitened");
  }

  @Test
  void healthIsToldAndKept() throws IOException {
    Ran probed = probe("--health", "--draws", 20, "--compare-texts", work.texts);
    assertThat(probed.code()).as(probed.err()).isZero();
    assertThat(probed.out())
        .contains("12 parallel texts of each, rank 2", "few texts: a language has 12");
    Path beside = folder.resolve("made/space.health.json");
    SpaceHealth health = SpaceHealth.fromJson(Files.readString(beside));
    assertThat(health.layers()).hasSize(4);
    assertThat(health.layer(4).other().between().median()).isBetween(0.0, 1.0);
    assertThat(probe("--health", "--draws", 3).errors())
        .singleElement()
        .asString()
        .contains("draws: found 3");
  }

  @Test
  void theWeightOfRetainIsFoundOrItIsSaidThatNoneWas() throws IOException {
    assertThat(probe().code()).isZero();
    Object[] development = {"--develop-texts", work.texts, "--lr", 1e-3};
    Path run = folder.resolve("run");
    Ran met = work.train(space, run, with(development, "--retain-budget", 0.9));
    assertThat(met.code()).as(met.err()).isZero();
    assertThat(met.out()).contains("retain 1 keeps the drift within 90.00 %");
    assertThat(run.resolve("retention.json")).content().contains("\"met\" : true");
    Path none = folder.resolve("none");
    Ran missed =
        work.train(space, none, with(development, "--retain-budget", 1e-9, "--retain-tries", 2));
    assertThat(missed.code()).isEqualTo(1);
    assertThat(missed.errors())
        .singleElement()
        .asString()
        .contains("No weight of retain from 1 to 4 keeps the drift within");
    assertThat(none).doesNotExist();
    Path slow = folder.resolve("slow");
    Object[] path = {"--retain-budget", 1e-3, "--retain-tries", 1, "--retain-then", "lambda,lr"};
    Ran lowered = work.train(space, slow, with(development, path));
    assertThat(lowered.code()).as(lowered.err()).isZero();
    assertThat(lowered.out()).contains("with lambda and the learning rate times", "it keeps:");
    assertThat(slow.resolve("retention.json")).content().contains("\"learning_rate\"");
    Ran without = work.train(space, none, "--retain-budget", 0.01);
    assertThat(without.code()).isEqualTo(2);
    assertThat(without.err()).contains("give --develop-texts or --develop-split");
  }

  private static Object[] with(Object[] some, Object... more) {
    return Stream.concat(Stream.of(some), Stream.of(more)).toArray();
  }

  /** Directions for steering below the last layer are those of all tokens. */
  @Test
  void decodersAreProbedAtAllTokensToo() throws IOException {
    Path last = folder.resolve("last.safetensors");
    assertThat(work.probe(last).code()).isZero();
    for (String position : List.of("mean", "rest")) {
      Path chat = folder.resolve(position + ".safetensors");
      Path raw = folder.resolve(position + ".raw.safetensors");
      Ran ran = work.probe(chat, "--position", position);
      assertThat(ran.code()).as(ran.err()).isZero();
      assertThat(ran.out()).containsPattern("position +" + position);
      assertThat(work.probe(raw, "--position", position, "--raw").code()).isZero();
      LanguageSpace found = LanguageSpace.load(raw);
      assertThat(found.provenance().position()).isEqualTo(position);
      assertThat(found.mean(1, "zh")).isNotEqualTo(LanguageSpace.load(chat).mean(1, "zh"));
      assertThat(found.provenance().prompt())
          .isNotEqualTo(LanguageSpace.load(last).provenance().prompt());
      // What training moves is the last token.
      Ran trained = work.train(chat, folder.resolve("run"));
      assertThat(trained.code()).isEqualTo(1);
      assertThat(trained.errors())
          .last()
          .asString()
          .contains("the language space was probed at position '" + position + "'; expected last");
    }
    Ran refused = work.probe(folder.resolve("none"), "--position", "cls");
    assertThat(refused.errors())
        .last()
        .asString()
        .contains("position 'cls'; expected last, rest or mean");
  }
}
