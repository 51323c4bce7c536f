package org.lensdl4j.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lensdl4j.lens.steer.Steering;

class SteerCommandTest {
  @TempDir Path folder;
  private TinyWork work;
  private Path out;

  @BeforeEach
  void write() throws IOException {
    work = new TinyWork(folder);
    out = folder.resolve("steering.safetensors");
  }

  private Ran steer(Object... more) {
    Object[] base = {
      "steer",
      "--model",
      work.model,
      "--questions",
      work.texts,
      "--languages",
      "en,zh,sw",
      "--space",
      work.space(work.model),
      "--limit",
      2,
      "--max-new-tokens",
      4,
      "--cache",
      folder,
      "--out",
      out
    };
    return Ran.lens(Stream.concat(Arrays.stream(base), Arrays.stream(more)).toArray());
  }

  /** A random model answers in no language at all, so that no candidate can be better. */
  @Test
  void everyCandidateIsInTheTable() {
    Ran ran = steer("--candidates", "0.5,all:0.1u,2:0.4");
    List<String> lines = ran.out().lines().toList();
    assertThat(lines.get(0))
        .containsPattern(
            "steering +zh +sw +asked for +asked in +central +repeated +tokens +verdict");
    assertThat(lines.stream().map(l -> l.split(" ")[0]).limit(5))
        .containsExactly("steering", "untouched", "0.5", "all:0.1u", "2:0.4");
    if (ran.code() == 0) {
      assertThat(Steering.load(out).layers()).isNotEmpty();
      assertThat(ran.out()).contains("passes", "written");
    } else {
      assertThat(ran.errors())
          .last()
          .asString()
          .contains("no candidate is better than the untouched model");
      assertThat(out).doesNotExist();
    }
  }

  @Test
  void whatCannotBeIsRefusedInOneLine() {
    assertThat(steer("--candidates", "x").err()).contains("found strength 'x'");
    assertThat(steer("--candidates", "9:0.1").err()).contains("expected some of 1 to 4");
    assertThat(steer("--away", "de").err()).contains("de");
    assertThat(steer("--languages", "fr").err()).contains("fr");
    assertThat(steer("--tokens", "some").err()).contains("--tokens");
    assertThat(out).doesNotExist();
  }
}
