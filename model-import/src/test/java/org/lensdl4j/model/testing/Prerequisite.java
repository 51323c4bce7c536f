package org.lensdl4j.model.testing;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Something outside the repository that tests with a tag need; a system property says where it is.
 *
 * <p>Tests with the tag are left out, visibly, where the property is not set. Where it is set and
 * wrong they fail.
 */
public enum Prerequisite {
  /** A Python interpreter with torch and transformers. */
  PYTHON("python", "lens.python", "a Python interpreter with torch and transformers"),
  /** The folder with data and reference values that is handed out beside the repository. */
  SHARED("shared", "lens.shared", "the folder of shared data and reference values"),
  /** The real model that the quickstart fetches. */
  WEIGHTS("weights", "lens.smollm2", "SmolLM2-135M-Instruct.Q4_1.gguf, which quickstart fetches"),
  /** The multilingual model that {@code lens quickstart --model gemma} fetches. */
  GEMMA(
      "gemma",
      "lens.gemma",
      "gemma-3-270m-q4_k_m.gguf, which quickstart --model gemma --fetch-only fetches"),
  /** Sentence encoders that are too large to come with the tests. */
  ENCODERS(
      "encoders",
      "lens.encoders",
      "a folder of NAME.onnx, each with the NAME.safetensors of make_onnx_reference.py"),
  /** A browser that can be driven, to look at pages; one on the PATH will do. */
  BROWSER(
      "browser",
      "lens.browser",
      "Chromium or Chrome, unless it is on the PATH",
      "chromium",
      "chromium-browser",
      "google-chrome"),
  /** A Python interpreter with llama.cpp; building its package takes long. */
  LLAMA_CPP("llamacpp", "lens.llamacpp", "a Python interpreter with llama-cpp-python and gguf"),
  /** Maven, to build somebody's project; it may fetch libraries that this one does not have. */
  MAVEN("maven", "lens.maven", "Maven's mvn");

  private final String tag;
  private final String property;
  private final String what;
  private final List<String> programs;

  Prerequisite(String tag, String property, String what, String... programs) {
    this.tag = tag;
    this.property = property;
    this.what = what;
    this.programs = List.of(programs);
  }

  /** The JUnit tag of the tests that need this. */
  public String tag() {
    return tag;
  }

  /** What to do to run the tests, in a few words. */
  public String advice() {
    return "-D" + property + "=<" + what + ">";
  }

  /** Whether the property is set. */
  public boolean present() {
    return setting().isPresent();
  }

  /**
   * Where it is.
   *
   * @throws IllegalStateException if the property is not set or names no file
   */
  public Path path() {
    String value = setting().orElseThrow(() -> new IllegalStateException("not set: " + advice()));
    Path path = Path.of(value);
    if (!Files.exists(path)) {
      throw new IllegalStateException(property + " is " + value + ", which does not exist");
    }
    return path;
  }

  private Optional<String> setting() {
    return Optional.ofNullable(System.getProperty(property))
        .filter(v -> !v.isBlank())
        .or(this::onThePath);
  }

  private Optional<String> onThePath() {
    List<String> folders =
        List.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator));
    return programs.stream()
        .flatMap(p -> folders.stream().filter(f -> !f.isBlank()).map(f -> Path.of(f, p)))
        .filter(Files::isExecutable)
        .map(Path::toString)
        .findFirst();
  }
}
