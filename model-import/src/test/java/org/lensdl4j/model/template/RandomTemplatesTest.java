package org.lensdl4j.model.template;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lensdl4j.model.testing.Prerequisite;

/**
 * Random templates render as transformers renders them, or are refused; what Python refuses, we
 * refuse. Seeds are kept, so that a failure can be had again.
 */
@Tag("python")
class RandomTemplatesTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int COUNT = Integer.getInteger("lens.templates", 1000);

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6})
  void rendersAsPythonOrRefuses(int seed) throws Exception {
    List<String> lines = Files.readAllLines(python(seed));
    Map<String, ?> variables = JSON.convertValue(JSON.readTree(lines.get(0)), Map.class);
    List<String> wrong = new ArrayList<>();
    int refused = 0;
    for (String line : lines.subList(1, lines.size())) {
      JsonNode entry = JSON.readTree(line);
      String expected = entry.has("text") ? entry.path("text").asText() : null;
      String got;
      try {
        got = Template.of(entry.path("template").asText()).render(variables, Clock.systemUTC());
      } catch (TemplateException e) {
        refused += expected != null ? 1 : 0;
        got = e.kind().isEmpty() || expected == null ? expected : "FAILS: " + e.getMessage();
      }
      if (!java.util.Objects.equals(got, expected)) {
        String python = expected == null ? entry.path("error").asText() : expected;
        wrong.add(entry.path("template") + "\n  python " + python + "\n  got    " + got);
      }
    }
    assertThat(wrong)
        .as("%d of %d differ: %s", wrong.size(), lines.size(), String.join("\n", wrong))
        .isEmpty();
    assertThat(refused).isLessThan(lines.size() / 20);
  }

  private Path python(int seed) throws Exception {
    Path out = folder.resolve("templates.jsonl");
    Path log = folder.resolve("log");
    String script = Path.of("src", "test", "python", "random_templates.py").toString();
    String python = Prerequisite.PYTHON.path().toString();
    int code =
        new ProcessBuilder(python, script, seed + "", COUNT + "", out.toString())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start()
            .waitFor();
    assertThat(code).as(Files.readString(log)).isZero();
    return out;
  }
}
