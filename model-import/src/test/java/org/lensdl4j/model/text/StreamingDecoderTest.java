package org.lensdl4j.model.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lensdl4j.model.testing.Seeds;

class StreamingDecoderTest {
  private static final String[] PIECES = {
    "a",
    " the",
    "Zug ",
    "é",
    "ß",
    "中文",
    "の",
    "한국",
    "🙂",
    "👩‍👩‍👧",
    "\n",
    "  ",
    "\u0301",
    "ا",
    "1,5"
  };

  @ParameterizedTest
  @ValueSource(strings = {"tiny-gpt2", "tiny-llama"})
  void piecesTogetherAreTheWholeText(String kind) {
    try (TextTokenizer tokenizer = TinyTokenizers.open(TinyTokenizers.metadata(kind))) {
      Seeds.forAll(
          60,
          random -> {
            int[] ids = tokenizer.encode(text(random));
            assertThat(streamed(tokenizer, ids, false)).isEqualTo(tokenizer.decode(ids, true));
          });
    }
  }

  /** A character of several bytes comes as a whole, never as U+FFFD that is mended later. */
  @Test
  void noPieceEndsInsideOfACharacter() {
    try (TextTokenizer tokenizer = TinyTokenizers.open(TinyTokenizers.metadata("tiny-gpt2"))) {
      Seeds.forAll(60, random -> streamed(tokenizer, tokenizer.encode(text(random)), true));
    }
  }

  /** Ids as a sampler may choose them: bytes that are no UTF-8, and special tokens. */
  @Test
  void nothingIsLostOfIdsThatAreNoText() {
    try (TextTokenizer tokenizer = TinyTokenizers.open(TinyTokenizers.metadata("tiny-gpt2"))) {
      Seeds.forAll(
          60,
          random -> {
            int[] ids = random.ints(1 + random.nextInt(30), 0, tokenizer.size()).toArray();
            String whole = tokenizer.decode(ids, true);
            assertThat(streamed(tokenizer, ids, false).replace("\uFFFD", ""))
                .isEqualTo(whole.replace("\uFFFD", ""));
          });
    }
  }

  private static String streamed(TextTokenizer tokenizer, int[] ids, boolean whole) {
    StreamingDecoder decoder = tokenizer.stream();
    StringBuilder out = new StringBuilder();
    for (int id : ids) {
      String piece = decoder.next(id);
      if (whole) {
        assertThat(piece).doesNotContain("\uFFFD");
      }
      out.append(piece);
    }
    return out.append(decoder.flush()).toString();
  }

  private static String text(Random random) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i <= random.nextInt(12); i++) {
      out.append(PIECES[random.nextInt(PIECES.length)]);
    }
    return out.toString();
  }
}
