package org.lensdl4j.model.text;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.lensdl4j.model.base.Sha256;
import org.lensdl4j.model.template.Template;
import org.lensdl4j.model.template.TemplateException;

/**
 * A model's chat template: the Jinja program that writes a conversation as the model was trained to
 * read it, with the semantics that Hugging Face's {@code apply_chat_template} gives it (see {@link
 * Template}).
 *
 * <p>What a template does that Python refuses, or that is not supported here, ends the rendering
 * with a message where it is reached; nothing is rendered otherwise than in Python.
 *
 * <p>Templates are untrusted programs: they reach no Java class, no file and no environment, and
 * size, output, steps and depth are bounded.
 *
 * <p>Immutable and safe for use from several threads.
 */
public final class ChatTemplate {
  private static final int MAX_SOURCE = 1 << 18;

  /**
   * What {@code strftime_now} says: the day that LLaMA-3.1's own template names where it cannot
   * ask. With the real day, a run that goes on tomorrow would have other prompts than today.
   */
  private static final Clock FIXED =
      Clock.fixed(Instant.parse("2024-07-26T12:00:00Z"), ZoneOffset.UTC);

  private final String source;
  private final SpecialTokens special;
  private final Clock clock;
  private final Template program;

  private ChatTemplate(String source, SpecialTokens special, Clock clock) {
    this.source = source;
    this.special = special;
    this.clock = clock;
    if (source.length() > MAX_SOURCE) {
      throw new ChatTemplateException(
          String.format(
              Locale.ROOT,
              "chat template: %d characters, expected at most %d",
              source.length(),
              MAX_SOURCE));
    }
    try {
      this.program = Template.of(source);
    } catch (TemplateException e) {
      throw new ChatTemplateException(e);
    }
  }

  /**
   * A template from its Jinja source, for which it is always 26 July 2024.
   *
   * @param special the tokens that the template can write, {@code bos_token} and so on
   * @throws ChatTemplateException if the source is malformed
   */
  public static ChatTemplate of(String source, SpecialTokens special) {
    return of(source, special, FIXED);
  }

  /** A template whose {@code strftime_now} asks the given clock. */
  public static ChatTemplate of(String source, SpecialTokens special, Clock clock) {
    return new ChatTemplate(
        Objects.requireNonNull(source, "source"),
        Objects.requireNonNull(special, "special"),
        clock);
  }

  /**
   * Writes a conversation.
   *
   * @param addGenerationPrompt whether the header of the assistant's next turn is written too
   * @throws ChatTemplateException if the template refuses the conversation or exceeds the limits
   */
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
    variables.put("tools", null); // there, and none, as in apply_chat_template
    variables.put("documents", null);
    variables.put("add_generation_prompt", addGenerationPrompt);
    try {
      return program.render(variables, clock);
    } catch (TemplateException e) {
      throw new ChatTemplateException(e);
    }
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
