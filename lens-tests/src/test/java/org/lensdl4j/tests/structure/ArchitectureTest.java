package org.lensdl4j.tests.structure;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * docs/architecture.md and its picture name every package, each with the artifact that it is in.
 */
class ArchitectureTest {
  private static final Path ROOT = Path.of("..");
  private static final Path MAIN = Path.of("src", "main", "java", "org", "lensdl4j");

  @Test
  void theTableHasEveryPackageWithItsArtifact() throws IOException {
    assertThat(new TreeMap<>(table())).isEqualTo(packages());
  }

  @Test
  void theTableIsInTheOrderOfTheLayers() throws IOException {
    List<String> shown = table().keySet().stream().filter(LayersTest.STATIONS::contains).toList();
    assertThat(shown).isEqualTo(LayersTest.STATIONS);
  }

  @Test
  void thePictureHasEveryPackageAndArtifact() throws IOException {
    String picture = Files.readString(ROOT.resolve("docs/architecture.svg"));
    List<String> words =
        Pattern.compile(">([^<]+)</text>")
            .matcher(picture)
            .results()
            .flatMap(r -> Stream.of(r.group(1).split(", ")))
            .toList();
    Map<String, String> packages = packages();
    assertThat(words).containsAll(packages.keySet()).containsAll(packages.values());
  }

  /** Rows that begin with a package and an artifact. */
  private static Map<String, String> table() throws IOException {
    Matcher rows =
        Pattern.compile("^\\| `([a-z.]+)` \\| `([a-z0-9-]+)` \\| ", Pattern.MULTILINE)
            .matcher(Files.readString(ROOT.resolve("docs/architecture.md")));
    Map<String, String> out = new LinkedHashMap<>();
    while (rows.find()) {
      if (!rows.group(1).contains("/")) {
        assertThat(out.put(rows.group(1), rows.group(2))).as(rows.group()).isNull();
      }
    }
    return out;
  }

  /** Package names without {@code org.lensdl4j.} to the artifact whose sources they are. */
  private static Map<String, String> packages() throws IOException {
    Map<String, String> out = new TreeMap<>();
    for (String module :
        List.of(
            "model-import",
            "model-import/onnx",
            "lens-dl4j",
            "lens-dl4j/lab",
            "lens-examples",
            "lens-examples/spark",
            "lens-examples/ui")) {
      Path sources = ROOT.resolve(module).resolve(MAIN);
      String artifact = artifact(ROOT.resolve(module).resolve("pom.xml"));
      try (Stream<Path> files = Files.walk(sources)) {
        files
            .filter(f -> f.toString().endsWith(".java"))
            .map(f -> sources.relativize(f.getParent()).toString().replaceAll("[/\\\\]", "."))
            .distinct()
            .forEach(p -> out.put(p, artifact));
      }
    }
    return out;
  }

  private static String artifact(Path pom) throws IOException {
    String own = Files.readString(pom).replaceFirst("(?s)<parent>.*?</parent>", "");
    Matcher name = Pattern.compile("<artifactId>([^<]+)</artifactId>").matcher(own);
    assertThat(name.find()).isTrue();
    return name.group(1);
  }
}
