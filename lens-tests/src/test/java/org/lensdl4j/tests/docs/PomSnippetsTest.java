package org.lensdl4j.tests.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

/**
 * What pages tell to paste into a pom names artifacts that are there, in the versions built with.
 */
class PomSnippetsTest {
  private static final Pattern BLOCK = Pattern.compile("```xml\\n(.*?)```", Pattern.DOTALL);

  @ParameterizedTest
  @ValueSource(strings = {"README.md", "docs/plugin.md"})
  void coordinatesAreThoseOfTheBuild(String page) throws Exception {
    Set<String> known = managed();
    String parent = Files.readString(MarkdownFiles.ROOT.resolve("pom.xml"));
    List<Element> dependencies = dependencies(page);
    assertThat(dependencies).hasSizeGreaterThan(3);
    for (Element dependency : dependencies) {
      String name = text(dependency, "groupId") + ":" + text(dependency, "artifactId");
      String version = text(dependency, "version");
      switch (text(dependency, "groupId")) {
        case "org.lensdl4j" -> {
          assertThat(known).contains(name);
          assertThat(version).isIn("", between(parent, "version"));
        }
        case "org.nd4j" -> assertThat(version).isEqualTo(between(parent, "nd4j.version"));
        default -> assertThat(version).as(name).isEqualTo(between(parent, "logback.version"));
      }
    }
  }

  /** The BOM itself, and what it manages. */
  private static Set<String> managed() throws Exception {
    String bom = Files.readString(MarkdownFiles.ROOT.resolve("lens-dl4j/bom/pom.xml"));
    Set<String> out = new HashSet<>(Set.of("org.lensdl4j:lens-bom"));
    for (Element dependency : elements(parse(bom))) {
      out.add(text(dependency, "groupId") + ":" + text(dependency, "artifactId"));
    }
    return out;
  }

  private static List<Element> dependencies(String page) throws Exception {
    Matcher blocks = BLOCK.matcher(Files.readString(MarkdownFiles.ROOT.resolve(page)));
    List<Element> out = new ArrayList<>();
    while (blocks.find()) {
      out.addAll(elements(parse("<page>" + blocks.group(1) + "</page>")));
    }
    return out;
  }

  private static Document parse(String xml) throws Exception {
    DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
    factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
    return factory.newDocumentBuilder().parse(new InputSource(new StringReader(xml)));
  }

  private static List<Element> elements(Document document) {
    NodeList found = document.getElementsByTagName("dependency");
    List<Element> out = new ArrayList<>();
    for (int i = 0; i < found.getLength(); i++) {
      out.add((Element) found.item(i));
    }
    return out;
  }

  private static String text(Element dependency, String name) {
    NodeList found = dependency.getElementsByTagName(name);
    return found.getLength() == 0 ? "" : found.item(0).getTextContent();
  }

  private static String between(String xml, String tag) throws IOException {
    Matcher found = Pattern.compile("<" + tag + ">([^<]+)</" + tag + ">").matcher(xml);
    assertThat(found.find()).as(tag).isTrue();
    return found.group(1);
  }
}
