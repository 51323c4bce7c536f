package org.lensdl4j.lab.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lensdl4j.lab.measure.Csv;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

class ReportTest {
  @TempDir Path folder;
  private ReportFolders folders;

  @BeforeEach
  void folders() {
    folders = new ReportFolders(folder);
  }

  @Test
  void hostileTextsStayTexts() throws Exception {
    Document page = parse(Files.readString(folders.report()));

    Set<String> tags = new TreeSet<>();
    NodeList all = page.getElementsByTagName("*");
    for (int i = 0; i < all.getLength(); i++) {
      Element e = (Element) all.item(i);
      tags.add(e.getTagName());
      for (int a = 0; a < e.getAttributes().getLength(); a++) {
        assertThat(e.getAttributes().item(a).getNodeName()).doesNotStartWith("on");
      }
      assertThat(e.getAttribute("href")).doesNotContain(":");
      assertThat(e.getAttribute("src")).matches("|data:image/svg\\+xml;base64,[A-Za-z0-9+/=]+");
      assertThat(e.getTextContent()).doesNotContain("\u202E");
    }
    assertThat(tags).doesNotContain("script", "style", "iframe", "object", "foreignObject");
    assertThat(page.getDocumentElement().getTextContent()).contains("<script>document.title");
  }

  @Test
  void saysBetterWorseAndNoDifferencePerLanguage() throws Exception {
    String page = text(folders.evaluation("e", "careful"));

    page = page.substring(0, 2000);
    assertThat(page)
        .containsPattern(
            "◆ careful: xcopa acc better \\(\\+0.*xcopa acc worse .*"
                + "bits per byte worse \\(up to \\+.* %\\); English \\(en\\): bits per byte worse");
    assertThat(page).contains("At the tasks: better in Swahili (sw); worse in Bengali (bn);");
    assertThat(page).containsPattern("no difference that this many items can show in [^.]*Arabic");
    assertThat(page).contains("All of them together: worse at bits per byte");
    assertThat(page).contains("What it cost: English (en)");
    assertThat(page).containsPattern("60 items show changes of 0\\.\\d+ or more");
  }

  @Test
  void saysWhichLanguageWasAskedForAndWhichOneCame() throws Exception {
    Document page = parse(Report.of().evaluation(folders.requests("e")).html());
    String text = page.getDocumentElement().getTextContent().replaceAll("\\s+", " ");

    assertThat(text)
        .containsPattern(
            "multiq-cross: asked for and answered in, in evaluation e .*Swahili \\(sw\\) ?before"
                + " ?48 % ?50 % ?3 % ?careful ?100 % ?steer 1 ?100 %")
        .containsPattern(
            "▲ ?careful: better: more answers in the right language \\(multiq-cross right")
        .containsPattern(
            "◆ ?steer 1: not simply better: more .*but worse: multiq-cross repetition");
  }

  @Test
  void wrongLinesAndWordsAreMarkedInSamples() throws Exception {
    Document page = parse(Report.of().evaluation(folders.requests("e")).html());
    NodeList marks = page.getElementsByTagName("mark");
    assertThat(page.getElementsByTagName("script").getLength()).isZero();
    assertThat(page.getElementsByTagName("img").getLength()).isZero();

    assertThat(marks.getLength()).isPositive();
    for (int i = 0; i < marks.getLength(); i++) {
      assertThat(marks.item(i).getTextContent()).startsWith("This line is wrong. </td>");
    }
    Html out = new Html();
    WrongMarks.write(
        out,
        "one good word\nline two\nthe lon…",
        new com.fasterxml.jackson.databind.ObjectMapper()
            .readTree("[\"good\",\"line two\",\"the long line\"]"));
    assertThat(out.toString().replace("</mark>\n", "</mark>"))
        .isEqualTo("one <mark>good</mark> word\n<mark>line two</mark>\n<mark>the lon…</mark>");
  }

  @Test
  void saysWhatIsMissing() throws Exception {
    Path run = folders.run("alone");
    String page = parse(Report.of(run).html()).getDocumentElement().getTextContent();

    assertThat(page).contains("No evaluation was given: whether training helped is not known");
    assertThat(page).contains("No analysis was given");
    assertThat(page).contains("Run alone is not finished");
    assertThat(page).contains("No generated answers were given");
    assertThat(page).contains("1 min 15 s", "12,345", "1024.0 MB");
  }

  @Test
  void anEvaluationOfAnotherRunOrModelIsSaid() throws Exception {
    Path run = folders.run("third");
    Path other = folders.run("careful");
    Files.writeString(
        other.resolve("run.json"),
        Files.readString(other.resolve("run.json")).replace("0123456789", "fedcba9876"));
    Report report = Report.of(run, other).evaluation(folders.evaluation("e", "careful"));
    String page = parse(report.html()).getDocumentElement().getTextContent();

    assertThat(page).contains("Evaluation e has no column named third");
    assertThat(page).contains("Run careful is of another model than evaluation e");
  }

  @Test
  void runsAreComparedWithEachOtherAndDifferingSettingsAreMarked() throws Exception {
    Document page = parse(Files.readString(folders.report()));
    String text = page.getDocumentElement().getTextContent();

    assertThat(text).contains("Which differs from which beyond chance");
    List<String> differing = new ArrayList<>();
    NodeList rows = page.getElementsByTagName("tr");
    for (int i = 0; i < rows.getLength(); i++) {
      Element row = (Element) rows.item(i);
      if (row.getAttribute("class").equals("differs")) {
        differing.add(row.getElementsByTagName("th").item(0).getTextContent());
      }
    }
    assertThat(differing).contains("learningRate ≠", "settings ≠").doesNotContain("align ≠");
  }

  /** An image runs no script and loads nothing, so whatever is drawn in it is only drawn. */
  @Test
  void picturesAreImagesAndNeverMarkup() throws Exception {
    Path analysis = folders.analysis("analysis");
    for (String any :
        List.of(
            "<svg",
            "<html/>",
            "<!DOCTYPE svg [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><svg>&x;</svg>",
            svg("<image href=\"http://example.org/x.png\"/>"),
            svg("<a href=\"javascript:alert(1)\"><text>x</text></a>"),
            svg("<rect onclick=\"alert(1)\"/>"),
            svg("\"/><script>alert(1)</script>"))) {
      Files.writeString(analysis.resolve("stranger.svg"), any);
      Document page = parse(Report.of().analysis(analysis).html());
      NodeList images = page.getElementsByTagName("img");
      assertThat(images.getLength()).isEqualTo(2);
      String head = "data:image/svg+xml;base64,";
      for (int i = 0; i < 2; i++) {
        Element image = (Element) images.item(i);
        assertThat(image.getAttribute("src")).startsWith(head);
        assertThat(image.getAttribute("alt")).isNotBlank();
      }
      String data = ((Element) images.item(1)).getAttribute("src").substring(head.length());
      assertThat(new String(Base64.getDecoder().decode(data), StandardCharsets.UTF_8))
          .isEqualTo(any);
      assertThat(page.getElementsByTagName("script").getLength()).isZero();
      assertThat(page.getElementsByTagName("svg").getLength()).isZero();
    }
    Files.delete(analysis.resolve("stranger.svg"));
    assertThat(parse(Report.of().analysis(analysis).html()).getDocumentElement().getTextContent())
        .contains("There is no stranger.svg.");
  }

  private static String svg(String content) {
    return "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"lens-chart\" width=\"9\""
        + " height=\"9\">"
        + content
        + "</svg>";
  }

  @Test
  void headingsAreInOrderHeadersHaveAScopeFiguresHaveWords() throws Exception {
    Document page = parse(Files.readString(folders.report()));
    int before = 0;
    NodeList all = page.getElementsByTagName("*");
    for (int i = 0; i < all.getLength(); i++) {
      Element e = (Element) all.item(i);
      if (e.getTagName().matches("h[1-6]")) {
        int level = e.getTagName().charAt(1) - '0';
        assertThat(level).as(e.getTextContent()).isLessThanOrEqualTo(before + 1);
        before = level;
      }
      if (e.getTagName().equals("th")) {
        assertThat(e.getAttribute("scope")).isIn("row", "col");
      }
      if (e.getTagName().equals("svg")) {
        assertThat(e.getAttribute("aria-label")).isNotBlank();
        assertThat(e.getElementsByTagName("desc").item(0).getTextContent()).isNotBlank();
      }
      if (e.getTagName().equals("table")) {
        assertThat(e.getElementsByTagName("caption").getLength()).isEqualTo(1);
      }
    }
    assertThat(page.getElementsByTagName("h1").getLength()).isEqualTo(1);
  }

  @Test
  void answersCarryTheirLanguageAndDirection() throws Exception {
    Document page = parse(Files.readString(folders.report()));
    Set<String> languages = new TreeSet<>();
    NodeList answers = page.getElementsByTagName("dd");
    for (int i = 0; i < answers.getLength(); i++) {
      Element e = (Element) answers.item(i);
      assertThat(e.getAttribute("dir")).isEqualTo("auto");
      languages.add(e.getAttribute("lang"));
    }
    assertThat(languages).contains("ar", "bn", "en", "sw");
  }

  @Test
  void nothingIsReadFromTheNetwork() throws Exception {
    String page = Files.readString(folders.report());
    assertThat(page.replace("http://www.w3.org/2000/svg", "").replaceAll("&lt;.*", ""))
        .doesNotContain("http://")
        .doesNotContain("https://")
        .doesNotContain("url(")
        .doesNotContain("@import")
        .contains("default-src 'none'");
  }

  @Test
  void isTheSameEachTime() throws Exception {
    Path run = folders.run("careful");
    Path evaluation = folders.evaluation("e", "careful");
    String first = Report.of(run).evaluation(evaluation).html();
    assertThat(Report.of(run).evaluation(evaluation).html()).isEqualTo(first);
  }

  @Test
  void brokenFilesAreNamed() throws Exception {
    Path run = folders.run("careful");
    Files.writeString(run.resolve("log.jsonl"), "{\"step\":1,\"loss\":2}\n{\"step\":2,");
    assertThat(parse(Report.of(run).html()).getDocumentElement().getTextContent())
        .contains("log.jsonl, line 2, is no JSON");
    assertThatThrownBy(() -> Report.of(folder.resolve("no")).html())
        .hasMessageContaining("run.json");
    assertThatThrownBy(() -> Report.of().html()).hasMessageContaining("nothing to report on");
    Path evaluation = folders.evaluation("e", "careful");
    assertThatThrownBy(() -> Report.of().evaluation(run).html())
        .hasMessageContaining("summary.json");
    Path items = evaluation.resolve("items").resolve("xcopa.sw.jsonl");
    Files.writeString(items, Files.readString(items).replaceFirst("\"careful\"", "\"other\""));
    assertThatThrownBy(() -> Report.of().evaluation(evaluation).html())
        .hasMessageContaining("xcopa.sw.jsonl")
        .hasMessageContaining("careful");
  }

  @Test
  void aQuickstartsComparisonIsAnEvaluation() throws Exception {
    Files.writeString(
        folder.resolve("comparison.json"),
        """
        {"central":"en","items":20,"changes":[
        {"measure":"retrieval_to_central","language":"sw","before":0.1,"after":0.4,
         "difference":0.3,"low":0.1,"high":0.5,"items":20},
        {"measure":"bits_per_byte","language":"en","before":0.9,"after":0.95,
         "difference":0.05,"low":0.01,"high":0.1,"items":20}]}""");
    String page = text(folder);
    // Bits of English are the cost, not what the run was for.
    assertThat(page)
        .contains(
            "◆ run: translation found better (+0.300); English (en): bits per byte worse (+5.6 %)")
        .doesNotContain("bits_per_byte");
    assertThat(page).contains("English (en) got worse");
    assertThat(page).contains("whether the model answers better is not known");
  }

  /** Before, all measures were named, and a change of a thousandth was as good as any. */
  @Test
  void theHeadlineNamesOnlyWhatChangedAndByHowMuch() throws Exception {
    Files.writeString(
        folder.resolve("comparison.json"),
        """
        {"central":"en","items":20,"changes":[
        {"measure":"retrieval_to_central","language":"sw","before":0.1,"after":0.1,
         "difference":0,"low":0,"high":0,"items":20},
        {"measure":"bits_per_byte","language":"en","before":0.9,"after":0.9,
         "difference":0,"low":0,"high":0,"items":20},
        {"measure":"bits_per_byte","language":"sw","before":3.05,"after":3.049107,
         "difference":-0.000893,"low":-0.0012,"high":-0.0004,"items":20}]}""");
    String page = text(folder);
    assertThat(page).contains("▲ run: bits per byte better (−0.029 %)");
    assertThat(page).contains("−0.00089").doesNotContain("e-04").doesNotContain("e−04");
    Files.writeString(
        folder.resolve("comparison.json"),
        """
        {"central":"en","items":20,"changes":[
        {"measure":"retrieval_to_central","language":"sw","before":0.1,"after":0.2,
         "difference":0.1,"low":-0.1,"high":0.3,"items":20}]}""");
    assertThat(text(folder))
        .contains("○ run: no difference that this many items can show: translation found");
  }

  /** With one agnostic direction a cosine in it is 1 by construction. */
  @Test
  void whatIsTheSameAfterEveryLayerHasNoPicture() throws Exception {
    Path evaluation = Files.createDirectories(folder.resolve("e"));
    StringBuilder figures = new StringBuilder();
    for (int layer = 1; layer <= 3; layer++) {
      for (String metric : List.of("cosine_agnostic", "cosine")) {
        figures
            .append(figures.isEmpty() ? "" : ",")
            .append("{\"task\":\"states\",\"metric\":\"")
            .append(metric + (layer < 3 ? "@" + layer : ""))
            .append("\",\"language\":\"sw\",\"column\":\"before\",\"items\":9,\"value\":")
            .append(metric.equals("cosine") ? 0.1 * layer : 1)
            .append('}');
      }
    }
    Files.writeString(
        evaluation.resolve("summary.json"),
        "{\"columns\":[\"before\"],\"central\":\"en\",\"figures\":[" + figures + "]}");
    String page = text(evaluation);
    assertThat(page).contains("It is 1.000 after every layer, without a picture");
    assertThat(page).contains("cosine to translation: before: from 0.100 at 1 to 0.300 at 3.");
    assertThat(page).doesNotContain("cosine in the agnostic space: from 1");
  }

  @Test
  void aFolderAroundARunIsToldWhereTheRunIsAndNamesIt() throws Exception {
    Files.move(
        folders.run("away"), Files.createDirectories(folder.resolve("quick")).resolve("run"));
    assertThatThrownBy(() -> Report.of(folder.resolve("quick")).html())
        .hasMessageContaining("holds no run.json; there is a run in")
        .hasMessageEndingWith("run");
    assertThat(text(Report.of(folder.resolve("quick").resolve("run"))))
        .contains("Report on run quick")
        .doesNotContain("run run");
  }

  @Test
  void readsQuotedCsv() {
    assertThat(Csv.parse("a,\"b \"\"c\"\",\nd\"\r\n,2"))
        .containsExactly(List.of("a", "b \"c\",\nd"), List.of("", "2"));
    assertThat(Csv.parse("")).isEmpty();
  }

  private static String text(Path evaluation) throws Exception {
    return text(Report.of().evaluation(evaluation));
  }

  private static String text(Report report) throws Exception {
    return parse(report.html()).getDocumentElement().getTextContent().replaceAll("\\s+", " ");
  }

  /** The body, which is XML too; so markup that somebody slipped in cannot hide. */
  private static Document parse(String page) throws Exception {
    String body = page.substring(page.indexOf("<body>"), page.indexOf("</body>") + 7);
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new InputSource(new StringReader(body)));
  }
}
