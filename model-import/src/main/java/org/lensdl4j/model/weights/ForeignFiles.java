package org.lensdl4j.model.weights;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** What people have in the place of a model, and what to do about it. */
public final class ForeignFiles {
  private static final int BEGINNING = 512;

  private ForeignFiles() {}

  /** What a file is that cannot be read as what its name says; empty if nothing is known. */
  public static String hint(Path file) {
    String begins;
    try (InputStream in = Files.newInputStream(file)) {
      begins = new String(in.readNBytes(BEGINNING), StandardCharsets.UTF_8);
    } catch (IOException e) {
      return "";
    }
    String start = begins.stripLeading().toLowerCase(Locale.ROOT);
    if (start.startsWith("version https://git-lfs")) {
      return "; it is a Git LFS pointer and not the file itself: fetch it with git lfs pull";
    }
    if (start.startsWith("<!doctype html") || start.startsWith("<html")) {
      return "; it is an HTML page: what was downloaded is a web page and not the file";
    }
    return "";
  }

  /** What a folder without config.json holds instead; empty if nothing is known. */
  public static String folderHint(Path folder) {
    if (Files.exists(folder.resolve("adapter_config.json"))) {
      return "; it holds an adapter, which is a change of a model: merge it into its base model"
          + " and save that";
    }
    List<String> gguf;
    List<String> inner;
    try (Stream<Path> files = Files.list(folder)) {
      List<Path> all = files.sorted().toList();
      gguf = all.stream().map(ForeignFiles::name).filter(n -> n.endsWith(".gguf")).toList();
      inner =
          all.stream()
              .filter(f -> Files.exists(f.resolve("config.json")))
              .map(ForeignFiles::name)
              .toList();
    } catch (IOException e) {
      return "";
    }
    if (!gguf.isEmpty()) {
      return String.format(
          Locale.ROOT,
          "; it holds the GGUF file %s: name the file itself",
          folder.resolve(gguf.get(0)));
    }
    return inner.isEmpty() ? "" : "; the model may be " + folder.resolve(inner.get(0));
  }

  private static String name(Path file) {
    return file.getFileName().toString();
  }
}
