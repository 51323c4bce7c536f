package org.lensdl4j.tests.structure;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The project's files, as tests of its structure look at them. */
final class Sources {
  static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

  /** Folders of what other projects can depend on; the command line is none of them. */
  static final List<String> LIBRARIES =
      List.of("model-import", "model-import/onnx", "lens-dl4j", "lens-dl4j/lab");

  /** Classes of the libraries and of the command line, without tests. */
  static final JavaClasses CODE =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .withImportOption(location -> !location.contains("-tests.jar"))
          .importPackages("org.lensdl4j");

  private Sources() {}

  /** All files below a folder of the project whose names end so, built ones left out. */
  static List<Path> files(String folder, String end) {
    try (Stream<Path> files = Files.walk(ROOT.resolve(folder))) {
      return files
          .filter(f -> f.toString().endsWith(end))
          .filter(f -> !ROOT.relativize(f).toString().contains("target/"))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
