package org.lensdl4j.examples.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.lensdl4j.model.TransformerModel;
import org.lensdl4j.model.base.LensException;
import org.lensdl4j.model.text.ChatMessage;
import org.lensdl4j.model.text.ChatTemplate;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code lens prompt}. */
@Command(
    name = "prompt",
    description = {
      "Prints a conversation exactly as a model is given it: written by its chat template, without"
          + " a line end of its own. The same as apply_chat_template of transformers on"
          + " 26 July 2024."
    })
final class PromptCommand implements Callable<Integer> {
  private static final long MAX_BYTES = 1L << 26;

  @Mixin private ModelOption model;

  @Option(
      names = "--messages",
      required = true,
      paramLabel = "FILE",
      description = "JSON list of turns, each with role and content.")
  private Path messages;

  @Option(
      names = "--no-generation-prompt",
      description = "Leave out the header of the assistant's next turn.")
  private boolean closed;

  @Option(
      names = "--ids",
      description = "Then print the token ids, on a line of their own, as a JSON list.")
  private boolean ids;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    List<ChatMessage> turns = turns();
    try (TransformerModel opened = model.open()) {
      ChatTemplate template =
          opened
              .chatTemplate()
              .orElseThrow(() -> new LensException(model.path() + ": has no chat template"));
      String text = template.render(turns, !closed);
      PrintWriter out = spec.commandLine().getOut();
      out.print(text);
      if (ids) {
        out.print('\n' + Arrays.toString(opened.tokenizer().encode(text)) + '\n');
      }
      out.flush();
    }
    return 0;
  }

  private List<ChatMessage> turns() {
    JsonNode tree = read();
    if (!tree.isArray()) {
      throw new LensException(messages + ": expected a JSON list of turns");
    }
    List<ChatMessage> out = new ArrayList<>();
    for (JsonNode turn : tree) {
      if (!turn.path("role").isTextual() || !turn.path("content").isTextual() || turn.size() > 2) {
        throw new LensException(
            String.format(
                Locale.ROOT,
                "%s: turn %d: expected role and content, both texts, and nothing else",
                messages,
                out.size() + 1));
      }
      out.add(new ChatMessage(turn.get("role").textValue(), turn.get("content").textValue()));
    }
    return out;
  }

  private JsonNode read() {
    try {
      if (Files.size(messages) > MAX_BYTES) {
        throw new LensException(
            String.format(
                Locale.ROOT,
                "%s: found %d bytes, expected at most %d",
                messages,
                Files.size(messages),
                MAX_BYTES));
      }
      return new ObjectMapper().readTree(messages.toFile());
    } catch (IOException e) {
      throw new LensException(
          String.format(
              Locale.ROOT, "%s: cannot be read as JSON: %s", messages, Failures.oneLine(e)),
          e);
    }
  }
}
