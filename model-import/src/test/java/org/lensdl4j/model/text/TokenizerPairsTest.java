package org.lensdl4j.model.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lensdl4j.model.base.ModelFormatException;
import org.lensdl4j.model.fixtures.TinyTokenizer;
import org.lensdl4j.model.testing.Prerequisite;
import org.lensdl4j.model.weights.GgufFile;
import org.lensdl4j.model.weights.GgufFileWriter;

/** A tokenizer that goes to GGUF and back cuts texts as before. */
class TokenizerPairsTest {
  private static final String[] TEXTS = {
    "The capital of France is Paris.",
    "\u4e16\u754c\u4eba\u6743\u5ba3\u8a00",
    "  two  spaces\n\n\tand 12345 digits",
    "\u0627\u0644\u0625\u0639\u0644\u0627\u0646",
    "\u09b8\u09ac \u09ae\u09be\u09a8\u09c1\u09b7",
    "watu wote wamezaliwa huru",
    "\uD83D\uDE00 don't",
    ""
  };

  @TempDir Path folder;

  private GgufTokenizer roundTrip(String tokenizerJson, String config, int vocabulary) {
    JsonNode json = Json.parse(tokenizerJson, "a");
    JsonNode settings = Json.parse(config, "a");
    Path file = folder.resolve("t.gguf");
    GgufFileWriter out = new GgufFileWriter().put("general.architecture", "llama");
    TokenizerPairs.write(
        json, settings, SpecialTokens.of(settings), "{{ messages }}", vocabulary, "a", out);
    out.write(file);
    try (GgufFile read = GgufFile.open(file)) {
      return GgufTokenizer.of(read.metadata().asMap(), "b");
    }
  }

  private static void same(TextTokenizer a, TextTokenizer b) {
    for (String text : TEXTS) {
      assertThat(b.encode(text)).as(text).isEqualTo(a.encode(text));
    }
  }

  @Test
  void tinyTokenizersRoundTrip() {
    String json = TinyTokenizer.tokenizerJson().toString();
    GgufTokenizer back = roundTrip(json, "{}", TinyTokenizer.tokens().size());
    try (TextTokenizer before = TextTokenizer.of(json, "a", SpecialTokens.NONE);
        TextTokenizer after = back.open("b")) {
      same(before, after);
    }
    assertThat(back.config()).contains("{{ messages }}");
  }

  @Test
  void rowsToSpareGetNames() {
    GgufTokenizer back =
        roundTrip(
            TinyTokenizer.tokenizerJson().toString(), "{}", TinyTokenizer.tokens().size() + 3);
    assertThat(back.tokenizerJson()).contains("[PAD" + TinyTokenizer.tokens().size() + "]");
  }

  @Test
  void refusesTokensBeyondTheEmbedding() {
    assertThatThrownBy(() -> roundTrip(TinyTokenizer.tokenizerJson().toString(), "{}", 5))
        .isInstanceOf(ModelFormatException.class)
        .hasMessageContaining("the embedding has 5 rows");
  }

  @Test
  void refusesAnUnknownWayToCutWords() {
    String other =
        TinyTokenizer.tokenizerJson().toString().replace("\"ByteLevel\"", "\"Whitespace\"");
    assertThatThrownBy(() -> roundTrip(other, "{}", TinyTokenizer.tokens().size()))
        .isInstanceOf(ModelFormatException.class)
        .hasMessageContainingAll("pre-tokenizer", "Whitespace", "gpt-2");
  }

  @Tag("weights")
  @Test
  void smolLm2RoundTrips() {
    try (GgufFile file = GgufFile.open(Prerequisite.WEIGHTS.path())) {
      GgufTokenizer first = GgufTokenizer.of(file.metadata().asMap(), "a");
      GgufTokenizer second = roundTrip(first.tokenizerJson(), first.config(), 49152);
      try (TextTokenizer before = first.open("a");
          TextTokenizer after = second.open("b")) {
        same(before, after);
      }
    }
  }
}
