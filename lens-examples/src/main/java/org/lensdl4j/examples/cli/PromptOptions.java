package org.lensdl4j.examples.cli;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.lensdl4j.model.base.LensException;
import picocli.CommandLine.Option;

/** What is asked. */
final class PromptOptions {
  private static final long MAX_BYTES = 1L << 26;

  @Option(
      names = "--prompt",
      paramLabel = "TEXT",
      description =
          "What to answer; may be given several times. Default: standard input, whole for one"
              + " model, line by line for several.")
  private List<String> prompts = List.of();

  @Option(names = "--prompts", paramLabel = "FILE", description = "File of prompts, one per line.")
  private Path file;

  /** The prompts given; empty if they are to be read from standard input. */
  List<String> given() {
    List<String> out = new ArrayList<>(prompts);
    if (out.stream().anyMatch(String::isBlank)) {
      throw new LensException("option --prompt: found nothing, expected a text");
    }
    if (file != null) {
      List<String> lines = lines();
      if (lines.isEmpty()) {
        throw new LensException(file + ": found no prompt, expected one per line");
      }
      out.addAll(lines);
    }
    return out;
  }

  private List<String> lines() {
    try {
      if (Files.size(file) > MAX_BYTES) {
        throw new LensException(
            String.format(
                Locale.ROOT,
                "%s: found %d bytes, expected at most %d",
                file,
                Files.size(file),
                MAX_BYTES));
      }
      return Files.readString(file, StandardCharsets.UTF_8)
          .replaceFirst("^\uFEFF", "")
          .lines()
          .filter(l -> !l.isBlank())
          .toList();
    } catch (CharacterCodingException e) {
      throw new LensException(file + ": not UTF-8", e);
    } catch (IOException e) {
      throw new LensException(
          String.format(Locale.ROOT, "%s: cannot be read: %s", file, e.getMessage()), e);
    }
  }
}
