package org.lensdl4j.ui;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lensdl4j.examples.cli.LensCommand;
import org.lensdl4j.model.fixtures.TinyModels;

/** {@code lens search-ui} as a user runs it. */
class SearchUiCommandTest {
  @TempDir Path folder;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final InputStream before = System.in;

  @BeforeEach
  void endOfInput() {
    System.setIn(InputStream.nullInputStream());
  }

  @AfterEach
  void restore() {
    System.setIn(before);
  }

  private int run(int port) throws Exception {
    Path texts = TinySearch.texts(folder);
    Path config = folder.resolve("search.yaml");
    Files.writeString(config, TinySearch.SEARCH.replace("candidates: 4", "candidates: 2"));
    List<String> args = new ArrayList<>(List.of("search-ui", "--port", Integer.toString(port)));
    args.addAll(List.of("--model", TinyModels.write(TinyModels.GROUPED, folder).toString()));
    args.addAll(List.of("--texts", texts.toString(), "--measure", texts.toString()));
    args.addAll(List.of("--languages", "en,xx,yy", "--config", config.toString()));
    args.addAll(List.of("--out", folder.resolve("search").toString()));
    args.addAll(List.of("--cache", folder.resolve("cache").toString()));
    return LensCommand.run(stream(out), stream(err), args.toArray(String[]::new));
  }

  private static PrintStream stream(ByteArrayOutputStream to) {
    return new PrintStream(to, true, StandardCharsets.UTF_8);
  }

  private String said() {
    return err.toString(StandardCharsets.UTF_8);
  }

  @Test
  void searchesAsSearchDoesAndSaysWhereThePageIs() throws Exception {
    assertThat(run(0)).as(said()).isZero();
    assertThat(said())
        .containsPattern("Live page: http://localhost:[0-9]+/arbiter")
        .contains("candidate 0:", "(2 of 2 done)", "press Enter to end");
    assertThat(out.toString(StandardCharsets.UTF_8)).contains("winner: candidate");
    assertThat(folder.resolve("search/search.json")).exists();
  }

  @Test
  void aPortThatIsTakenIsSaidInOneLine() throws Exception {
    try (ServerSocket taken = new ServerSocket(0)) {
      assertThat(run(taken.getLocalPort())).isEqualTo(1);
      assertThat(said().strip().lines().filter(l -> l.contains("the page cannot be served")))
          .hasSize(1)
          .allMatch(l -> l.contains("port " + taken.getLocalPort()) && l.contains("--port N"));
    }
    out.reset();
    err.reset();
    assertThat(run(70000)).isEqualTo(2);
    assertThat(said()).contains("option --port: found 70000, expected 0 to 65535");
  }
}
