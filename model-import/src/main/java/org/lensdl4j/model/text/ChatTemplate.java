package org.lensdl4j.model.text;

import com.hubspot.jinjava.Jinjava;
import com.hubspot.jinjava.interpret.RenderResult;
import com.hubspot.jinjava.interpret.TemplateError;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.lensdl4j.model.base.Sha256;

/**
 * A model's chat template: the Jinja program that writes a conversation as the model was trained to
 * read it, with the semantics that Hugging Face's {@code apply_chat_template} gives it.
 *
 * <p>Understood are the statements {@code if}, {@code for} (also with a condition), {@code set},
 * {@code macro}, {@code break}, {@code continue} and {@code raw}; the usual filters, tests and
 * string methods; {@code raise_exception}, {@code strftime_now}, {@code namespace}, {@code range},
 * {@code tojson}. Whatever else a template uses ends the rendering with a message when it is
 * reached. Known differences from Python: a variable set to {@code none} counts as undefined and
 * prints nothing, adding an undefined value to a string writes {@code null}, and a string that
 * reads {@code false} counts as false in a condition.
 *
 * <p>Templates are untrusted programs: they reach no Java class, no file and no environment, and
 * size, output, steps and time are bounded.
 *
 * <p>Immutable and safe for use from several threads.
 */
public final class ChatTemplate {
  private static final int MAX_SOURCE = 1 << 16;
  private static final Jinjava ENGINE = TemplateEngine.create();

  private final String source;
  private final SpecialTokens special;
  private final TemplateRewriter.Result program;

  /**
   * What {@code strftime_now} says: the day that LLaMA-3.1's own template names where it cannot
   * ask. With the real day, a run that goes on tomorrow would have other prompts than today.
   */
  private static final Clock FIXED =
      Clock.fixed(Instant.parse("2024-07-26T12:00:00Z"), ZoneOffset.UTC);

  private final Clock clock;

  private ChatTemplate(String source, SpecialTokens special, Clock clock) {
    this.source = source;
    this.special = special;
    this.clock = clock;
    if (source.length() > MAX_SOURCE) {
      throw new ChatTemplateException(
          "chat template: %d characters, expected at most %d"
              .formatted(source.length(), MAX_SOURCE));
    }
    this.program = TemplateRewriter.rewrite(source);
  }

  /**
   * A template from its Jinja source, for which it is always 26 July 2024.
   *
   * @param special the tokens that the template can write, {@code bos_token} and so on
   * @throws ChatTemplateException if the source is malformed or uses what is not supported
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
    Map<String, Object> variables = new HashMap<>(program.constants());
    TemplateRewriter.FUNCTIONS.forEach(name -> variables.put(name, "function")); // is defined
    variables.putAll(special.templateVariables());
    variables.put("messages", list);
    variables.put("add_generation_prompt", addGenerationPrompt);
    variables.put("lens", new TemplateRuntime(clock));
    return run(variables);
  }

  private String run(Map<String, Object> variables) {
    RenderResult result;
    try {
      result = ENGINE.renderForResult(program.template(), variables);
    } catch (TemplateStop stop) {
      throw new ChatTemplateException("chat template: " + stop.getMessage());
    } catch (StackOverflowError e) {
      throw new ChatTemplateException("chat template: nested too deeply");
    } catch (RuntimeException e) {
      throw new ChatTemplateException("chat template: " + e.getMessage(), e);
    }
    if (result.hasErrors()) {
      TemplateError error = result.getErrors().get(0);
      throw new ChatTemplateException("chat template: " + error.getMessage(), error.getException());
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
