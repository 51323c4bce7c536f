package org.lensdl4j.tests.consumer;

import java.io.IOException;
import java.io.OutputStream;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;

/**
 * A local repository of Maven that holds this project's artifacts as they were just built, and
 * links to the user's own for everything else. Nothing of this project gets into the user's.
 */
final class LocalRepository {
  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

  private final Path folder;
  private final String version;

  /**
   * Makes one.
   *
   * @param users the user's, usually {@code ~/.m2/repository}
   */
  LocalRepository(Path folder, Path users, String version) throws IOException {
    this.folder = folder;
    this.version = version;
    link(users, folder);
    Files.delete(folder.resolve("org"));
    link(users.resolve("org"), folder.resolve("org"));
    Files.deleteIfExists(folder.resolve("org/lensdl4j"));
  }

  private static void link(Path from, Path to) throws IOException {
    Files.createDirectories(to);
    try (Stream<Path> entries = Files.list(from)) {
      for (Path entry : entries.toList()) {
        Files.createSymbolicLink(to.resolve(entry.getFileName()), entry.toRealPath());
      }
    }
  }

  /** Adds a pom without a jar. */
  void add(String artifact, String pom) throws IOException {
    Files.copy(ROOT.resolve(pom), file(artifact, ".pom"));
  }

  /** Adds an artifact with what the class path of this test has of it. */
  void add(String artifact, String pom, Class<?> any) throws IOException {
    add(artifact, pom);
    Path built = source(any);
    if (Files.isDirectory(built)) {
      pack(built, file(artifact, ".jar"));
    } else {
      Files.copy(built, file(artifact, ".jar"));
    }
  }

  /** The jar or folder that a class comes from. */
  static Path source(Class<?> type) {
    try {
      return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private Path file(String artifact, String end) throws IOException {
    Path out =
        folder.resolve("org/lensdl4j/%1$s/%2$s/%1$s-%2$s%3$s".formatted(artifact, version, end));
    Files.createDirectories(out.getParent());
    return out;
  }

  private static void pack(Path classes, Path jar) throws IOException {
    List<Path> files;
    try (Stream<Path> all = Files.walk(classes)) {
      files = all.filter(Files::isRegularFile).toList();
    }
    try (OutputStream file = Files.newOutputStream(jar);
        JarOutputStream out = new JarOutputStream(file)) {
      for (Path path : files) {
        out.putNextEntry(new JarEntry(classes.relativize(path).toString().replace('\\', '/')));
        Files.copy(path, out);
      }
    }
  }
}
