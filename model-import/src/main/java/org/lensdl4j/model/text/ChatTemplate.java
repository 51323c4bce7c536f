package org.lensdl4j.model.text;

import com.hubspot.jinjava.Jinjava;
import com.hubspot.jinjava.JinjavaConfig;
import com.hubspot.jinjava.interpret.RenderResult;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Thin path; see the commit that follows. */
public final class ChatTemplate {
  private static final Jinjava ENGINE =
      new Jinjava(
          JinjavaConfig.newBuilder()
              .withTrimBlocks(true)
              .withLstripBlocks(true)
              .withNestedInterpretationEnabled(false)
              .build());
  private final String source;
  private final SpecialTokens special;

  private ChatTemplate(String source, SpecialTokens special) {
    this.source = source;
    this.special = special;
  }

  /** A template from its Jinja source. */
  public static ChatTemplate of(String source, SpecialTokens special) {
    return new ChatTemplate(source, special);
  }

  /** Writes a conversation as the model was trained to read it. */
  public String render(List<ChatMessage> messages, boolean addGenerationPrompt) {
    List<Map<String, Object>> list = new ArrayList<>();
    for (ChatMessage message : messages) {
      Map<String, Object> map = new LinkedHashMap<>();
      map.put("role", message.role());
      map.put("content", message.content());
      list.add(map);
    }
    Map<String, Object> variables = new HashMap<>(special.templateVariables());
    variables.put("messages", list);
    variables.put("add_generation_prompt", addGenerationPrompt);
    RenderResult result = ENGINE.renderForResult(source, variables);
    if (result.hasErrors()) {
      throw new ChatTemplateException("chat template: " + result.getErrors().get(0).getMessage());
    }
    return result.getOutput();
  }

  /** The Jinja source. */
  public String source() {
    return source;
  }

  /** SHA-256, in hex, of the source and the special tokens that it may write. */
  public String hash() {
    return Sha256.hex(source, special.toString());
  }
}
