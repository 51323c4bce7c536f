package org.lensdl4j.model.text;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.lensdl4j.model.base.LensException;
import org.lensdl4j.model.base.ModelFormatException;

/** Opens tokenizers in the native library, after looking at what it would not survive. */
final class NativeTokenizers {
  private static final Map<String, String> OPTIONS =
      Map.of("addSpecialTokens", "false", "truncation", "false", "padding", "false");

  static {
    if (System.getProperty("ai.djl.offline") == null) {
      System.setProperty("ai.djl.offline", "true");
    }
    if (System.getProperty("OPT_OUT_TRACKING") == null) {
      System.setProperty("OPT_OUT_TRACKING", "true");
    }
  }

  private NativeTokenizers() {}

  /**
   * Opens a tokenizer.
   *
   * @param tree {@code json}, parsed
   * @throws ModelFormatException if the library refuses it or would abort on it
   * @throws LensException if the library itself cannot be loaded
   */
  static HuggingFaceTokenizer open(String json, JsonNode tree, String source) {
    TokenizerCheck.check(tree, source);
    NativeFolder.prepare();
    addedTokens(tree, source);
    return load(json, source);
  }

  /**
   * The library aborts on every text if an added token that is looked for in the normalised text is
   * itself normalised to nothing. Whether it is, the normaliser alone says.
   */
  private static void addedTokens(JsonNode tree, String source) {
    JsonNode normalizer = tree.path("normalizer");
    boolean none =
        !normalizer.isObject()
            || !tree.path("added_tokens").findValuesAsText("normalized").contains("true");
    if (none) {
      return;
    }
    ObjectNode probe = Json.MAPPER.createObjectNode().put("version", "1.0");
    probe.set("normalizer", normalizer);
    ObjectNode model = probe.putObject("model").put("type", "BPE").put("unk_token", "?");
    model.putObject("vocab").put("?", 0);
    model.putArray("merges");
    try (HuggingFaceTokenizer alone = load(Json.write(probe), source)) {
      for (JsonNode token : tree.path("added_tokens")) {
        String content = token.path("content").asText();
        if (token.path("normalized").asBoolean()
            && !content.isEmpty()
            && alone.encode(content, false, false).getIds().length == 0) {
          throw new ModelFormatException(
              source
                  + ": not a usable tokenizer: added token '"
                  + content
                  + "' is normalised to nothing");
        }
      }
    }
  }

  private static HuggingFaceTokenizer load(String json, String source) {
    try {
      return HuggingFaceTokenizer.newInstance(
          new ByteArrayInputStream(json.getBytes(StandardCharsets.UTF_8)), OPTIONS);
    } catch (LinkageError | ai.djl.engine.EngineException e) {
      throw NativeFolder.notLoaded(e);
    } catch (IOException | RuntimeException e) {
      throw new ModelFormatException(source + ": not a usable tokenizer: " + e.getMessage(), e);
    }
  }
}
