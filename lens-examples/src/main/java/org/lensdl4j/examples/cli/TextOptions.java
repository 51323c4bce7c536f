package org.lensdl4j.examples.cli;

import java.nio.file.Path;
import picocli.CommandLine.Option;

/** Where texts come from. */
final class TextOptions {
  @Option(
      names = "--texts",
      required = true,
      paramLabel = "DIR",
      description =
          "Folder with <language>.jsonl: JSON lines with a text, and an id that parallel texts share.")
  Path folder;

  @Option(
      names = "--split",
      paramLabel = "NAME",
      description = "Only lines whose field split is NAME.")
  String split;
}
