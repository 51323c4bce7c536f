package org.lensdl4j.examples.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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

  /** These options as arguments, with paths that hold in any working folder. */
  List<String> args() {
    List<String> out = new ArrayList<>(List.of("--texts", folder.toAbsolutePath().toString()));
    add(out, "--split", split);
    return out;
  }

  static void add(List<String> out, String name, Object value) {
    if (value != null) {
      out.addAll(List.of(name, value.toString()));
    }
  }

  /** These options as somebody types them. */
  String typed() {
    return "--texts " + folder + (split == null ? "" : " --split " + split);
  }
}
