package org.lensdl4j.model.template;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/** Public chat templates render as transformers renders them, and fail where it fails. */
@Tag("shared")
class PublicTemplatesTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Clock DAY =
      Clock.fixed(Instant.parse("2024-07-26T12:00:00Z"), ZoneOffset.UTC);

  @TestFactory
  Stream<DynamicTest> rendersAsPython() throws IOException {
    Path file = Path.of(System.getProperty("lens.shared"), "data/chat_templates/templates.jsonl");
    List<DynamicTest> tests = new ArrayList<>();
    for (String line : Files.readAllLines(file)) {
      JsonNode entry = JSON.readTree(line);
      tests.add(DynamicTest.dynamicTest(entry.path("name").asText(), () -> check(entry)));
    }
    assertThat(tests).hasSizeGreaterThan(90);
    return tests.stream();
  }

  private static void check(JsonNode entry) {
    for (JsonNode values : entry.path("cases")) {
      Map<String, Object> variables = new HashMap<>();
      variables.put("messages", JSON.convertValue(values.path("messages"), List.class));
      variables.put("add_generation_prompt", values.path("add_generation_prompt").asBoolean());
      variables.put("tools", null); // as apply_chat_template gives them
      variables.put("documents", null);
      variables.put("bos_token", "<s>");
      variables.put("eos_token", "</s>");
      variables.put("unk_token", "<unk>");
      variables.put("pad_token", "<pad>");
      String expected =
          values.has("error")
              ? "error " + values.path("error").asText()
              : values.path("expected").asText();
      String got;
      try {
        got = Template.of(entry.path("template").asText()).render(variables, DAY);
      } catch (TemplateException e) {
        got = "error " + e.kind();
        if (!got.equals(expected)) {
          got += " at line " + e.line() + ": " + e.getMessage();
        }
      }
      assertThat(got).isEqualTo(expected);
    }
  }
}
