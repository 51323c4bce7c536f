package org.lensdl4j.tests.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Every link of a page to a file of this project, or to a heading in one, leads somewhere. */
class LinksTest {
  private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)");

  /** Classes of others that pages name. */
  private static final List<String> OTHERS =
      List.of("AutoCloseable", "ModelSerializer", "SPACE", "RESULT", "NOTHING");

  @Test
  void linksLeadSomewhere() throws IOException {
    List<String> dead = new ArrayList<>();
    int seen = 0;
    for (Path page : MarkdownFiles.all()) {
      Matcher links = LINK.matcher(MarkdownFiles.prose(page));
      while (links.find()) {
        String link = links.group(1);
        if (!link.matches("[a-z]+:.*")) {
          seen++;
          if (!leads(page, link)) {
            dead.add(page + " -> " + link);
          }
        }
      }
    }
    assertThat(dead).isEmpty();
    assertThat(seen).isGreaterThan(30);
  }

  /** Pages name each other in words, too, and so do the sources: {@code docs/plugin.md}. */
  @Test
  void pagesThatAreNamedAreThere() throws IOException {
    Pattern named = Pattern.compile("\\bdocs/[\\w/-]+\\.(?:md|svg|png)\\b|\\bdocs/adr/\\d{4}\\b");
    List<String> missing = new ArrayList<>();
    for (Path file : sources()) {
      Matcher names = named.matcher(Files.readString(file));
      while (names.find()) {
        if (!isThere(names.group())) {
          missing.add(file + " names " + names.group());
        }
      }
    }
    assertThat(missing).isEmpty();
  }

  /** Names in {@code `Code`} on the pages for those who work on it are files of the project. */
  @Test
  void classesThatAreNamedAreThere() throws IOException {
    List<String> stems =
        sources().stream()
            .map(f -> f.getFileName().toString().replaceFirst("\\.\\w+$", ""))
            .toList();
    List<String> missing = new ArrayList<>();
    for (String page : List.of("CONTRIBUTING.md", "SECURITY.md")) {
      Matcher names =
          Pattern.compile("`([A-Z]\\w+|make_\\w+)(?:\\.py)?`")
              .matcher(Files.readString(MarkdownFiles.ROOT.resolve(page)));
      while (names.find()) {
        if (!stems.contains(names.group(1)) && !OTHERS.contains(names.group(1))) {
          missing.add(page + " names " + names.group());
        }
      }
    }
    assertThat(missing).isEmpty();
  }

  private static boolean leads(Path page, String link) throws IOException {
    int hash = link.indexOf('#');
    String file = hash < 0 ? link : link.substring(0, hash);
    Path target = file.isEmpty() ? page : page.resolveSibling(file).normalize();
    if (!Files.exists(target)) {
      return false;
    }
    return hash < 0 || MarkdownFiles.anchors(target).contains(link.substring(hash + 1));
  }

  private static boolean isThere(String name) throws IOException {
    Path path = MarkdownFiles.ROOT.resolve(name);
    if (Files.exists(path)) {
      return true;
    }
    if (!Files.isDirectory(path.getParent())) {
      return false;
    }
    try (Stream<Path> files = Files.list(path.getParent())) { // a decision by its number
      return files.anyMatch(
          f -> f.getFileName().toString().startsWith(path.getFileName().toString() + "-"));
    }
  }

  private static List<Path> sources() throws IOException {
    List<Path> found = new ArrayList<>(MarkdownFiles.all());
    for (String module : List.of("model-import", "lens-dl4j", "lens-examples", "lens-tests")) {
      try (Stream<Path> files = Files.walk(MarkdownFiles.ROOT.resolve(module))) {
        files
            .filter(f -> f.toString().contains("src") || f.toString().contains("bin"))
            .filter(f -> !f.toString().contains("target") && !f.endsWith("LinksTest.java"))
            .filter(
                f ->
                    f.toString().matches(".*\\.(java|py|xml|yaml)")
                        || f.getParent().endsWith("bin"))
            .filter(Files::isRegularFile)
            .forEach(found::add);
      }
    }
    return found;
  }
}
