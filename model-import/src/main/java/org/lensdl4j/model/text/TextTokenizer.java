package org.lensdl4j.model.text;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.lensdl4j.model.base.Guard;
import org.lensdl4j.model.base.ModelFormatException;
import org.lensdl4j.model.base.Sha256;
import org.lensdl4j.model.weights.JsonFiles;

/**
 * A model's tokenizer: Hugging Face's own library on a {@code tokenizer.json}, so that ids are
 * those of Python.
 *
 * <ul>
 *   <li>{@link #encode} adds no special tokens; those that stand in the text are recognised, as
 *       Hugging Face does. User text that contains {@code <|im_end|>} is therefore read as that
 *       token, as in Python.
 *   <li>Texts are taken as they are: nothing is normalised that the tokenizer itself does not
 *       normalise. An unpaired surrogate, which UTF-8 cannot encode, counts as U+FFFD.
 *   <li>Safe for use from several threads.
 * </ul>
 *
 * <p>The native library is unpacked from the jar once, into a folder that only its owner may write
 * to: {@code ~/.djl.ai/lens}, or {@code lens} in {@code DJL_CACHE_DIR}, or else a new temporary
 * one. Before it loads, DJL's offline mode is switched on and its usage report off, so nothing is
 * ever sent or fetched. What makes it abort is refused before it is asked.
 */
public final class TextTokenizer implements AutoCloseable {
  /**
   * Characters of a text that {@link #encode} takes at most. With more, such as many spaces in a
   * row, the native library ends the process.
   */
  public static final int MAX_CHARACTERS = 4 << 20;

  private static final long MAX_BYTES = 256L << 20;

  private final HuggingFaceTokenizer tokenizer;
  private final String json;
  private final String source;
  private final Vocabulary vocabulary;
  private final SpecialTokens special;
  private final String hash;
  private final Guard guard;

  private TextTokenizer(String json, String source, SpecialTokens special) {
    JsonNode tree = Json.parse(json, source);
    this.json = json;
    this.source = source;
    this.vocabulary = Vocabulary.of(tree, source);
    this.special = special;
    this.hash = Sha256.hex(json);
    this.guard = new Guard("the tokenizer of " + source);
    this.tokenizer = NativeTokenizers.open(json, tree, source);
  }

  /**
   * Opens a {@code tokenizer.json}.
   *
   * @throws ModelFormatException if the file is missing, too large or not a tokenizer
   */
  public static TextTokenizer open(Path tokenizerJson, SpecialTokens special) {
    return of(readBounded(tokenizerJson), tokenizerJson.toString(), special);
  }

  /**
   * Makes a tokenizer of the text of a {@code tokenizer.json}.
   *
   * @param source where the text comes from, for error messages
   * @param special the tokens that the model's configuration names
   */
  public static TextTokenizer of(String json, String source, SpecialTokens special) {
    return new TextTokenizer(json, source, special);
  }

  /**
   * The ids of a text, without any token that is not in it.
   *
   * @throws IllegalArgumentException if the text has more than {@link #MAX_CHARACTERS}
   */
  public int[] encode(String text) {
    return raw(text, false);
  }

  /** The ids of a text with the tokens that the tokenizer's own rule puts around it, as BOS. */
  public int[] encodeWithSpecialTokens(String text) {
    return raw(text, true);
  }

  /** The text of some ids; special tokens are written out. */
  public String decode(int... ids) {
    return decode(ids, false);
  }

  /**
   * The text of some ids. Bytes that are not UTF-8 come out as U+FFFD.
   *
   * @param skipSpecial whether special tokens are left out
   * @throws IllegalArgumentException if an id is negative
   */
  public String decode(int[] ids, boolean skipSpecial) {
    long[] wide = new long[ids.length];
    for (int i = 0; i < ids.length; i++) {
      if (ids[i] < 0) {
        throw new IllegalArgumentException("token id " + ids[i] + " at " + i + " is negative");
      }
      wide[i] = ids[i];
    }
    guard.requireOpen();
    return tokenizer.decode(wide, skipSpecial);
  }

  /** A decoder for text that arrives token by token. */
  public StreamingDecoder stream() {
    return new StreamingDecoder(this);
  }

  /** The id of a token as the vocabulary spells it, or null. */
  public Integer id(String token) {
    return vocabulary.id(token);
  }

  /** The spelling of a token in the vocabulary, or null. */
  public String token(int id) {
    return vocabulary.token(id);
  }

  /** Whether a token is a special one, which {@code decode(ids, true)} leaves out. */
  public boolean isSpecial(int id) {
    return vocabulary.isSpecial(id);
  }

  /** One more than the highest id: a model's embedding has at least as many rows. */
  public int size() {
    return vocabulary.size();
  }

  /** The tokens that the model's configuration names. */
  public SpecialTokens specialTokens() {
    return special;
  }

  /** SHA-256, in hex, of the tokenizer.json. */
  public String hash() {
    return hash;
  }

  /** The tokenizer.json itself. */
  public String json() {
    return json;
  }

  @Override
  public void close() {
    guard.close(tokenizer::close);
  }

  private int[] raw(String text, boolean withSpecial) {
    if (text.length() > MAX_CHARACTERS) {
      throw new IllegalArgumentException(
          "a text of " + text.length() + " characters; at most " + MAX_CHARACTERS + " are read");
    }
    guard.requireOpen();
    try {
      long[] ids = tokenizer.encode(wellFormed(text), withSpecial, false).getIds();
      return Arrays.stream(ids).mapToInt(Math::toIntExact).toArray();
    } catch (RuntimeException e) { // such as an unknown token that the vocabulary does not hold
      throw new ModelFormatException(
          source + ": the tokenizer cannot write a text as ids: " + e.getMessage(), e);
    }
  }

  private static String wellFormed(String text) {
    StringBuilder out = null;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (!Character.isSurrogate(c)) {
        continue;
      }
      if (Character.isHighSurrogate(c)
          && i + 1 < text.length()
          && Character.isLowSurrogate(text.charAt(i + 1))) {
        i++;
        continue;
      }
      if (out == null) {
        out = new StringBuilder(text);
      }
      out.setCharAt(i, '\uFFFD');
    }
    return out == null ? text : out.toString();
  }

  static String readBounded(Path file) {
    try {
      if (!Files.isRegularFile(file)) {
        throw new ModelFormatException(file + ": missing");
      }
      if (Files.size(file) > MAX_BYTES) {
        throw new ModelFormatException(file + ": larger than " + MAX_BYTES + " bytes");
      }
      return JsonFiles.withoutMark(Files.readString(file));
    } catch (IOException e) {
      throw new ModelFormatException(file + ": cannot be read as UTF-8: " + e.getMessage(), e);
    }
  }
}
