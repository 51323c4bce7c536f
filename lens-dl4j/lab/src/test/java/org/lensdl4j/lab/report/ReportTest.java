package org.lensdl4j.lab.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lensdl4j.lab.chart.ChartReader;
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
      assertThat(e.getTextContent()).doesNotContain("\u202E");
    }
    assertThat(tags).doesNotContain("script", "img", "style", "iframe", "object", "foreignObject");
    assertThat(page.getDocumentElement().getTextContent()).contains("<script>document.title");
  }

  @Test
  void saysBetterWorseAndNoDifferencePerLanguage() throws Exception {
    String page = text(folders.evaluation("e", "careful"));

    page = page.substring(0, 2000);
    assertThat(page)
        .contains("careful: better at some, worse at others, and English (en) got worse");
    assertThat(page).contains("At the tasks: better in Swahili (sw); worse in Bengali (bn);");
    assertThat(page).containsPattern("no difference that this many items can show in [^.]*Arabic");
    assertThat(page).contains("All of them together: worse at states bits_per_byte");
    assertThat(page).contains("What it cost: English (en)");
    assertThat(page).containsPattern("60 items show changes of 0\\.\\d+ or more");
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

  @Test
  void picturesThatAreNotOursAreNotShown() throws Exception {
    String page = Files.readString(folders.report());
    assertThat(parse(page).getDocumentElement().getTextContent())
        .contains("it is none of this project's own charts");
    for (String wrong :
        List.of(
            "",
            "<svg",
            "<html/>",
            "<!DOCTYPE svg [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><svg>&x;</svg>",
            svg("<image href=\"http://example.org/x.png\"/>"),
            svg("<a href=\"javascript:alert(1)\"><text>x</text></a>"),
            svg("<rect onclick=\"alert(1)\"/>"),
            svg("<rect style=\"fill:url(http://example.org)\"/>"),
            svg("<rect fill=\"url(http://example.org)\"/>"),
            svg("<foreignObject/>"),
            svg("<use href=\"#x\"/>"),
            svg("<svg/>"),
            svg("<![CDATA[<script>]]>"))) {
      assertThat(ChartReader.inline(wrong)).as(wrong).isEmpty();
    }
    assertThat(ChartReader.inline(svg("<style>@import 'http://example.org'</style>")).orElseThrow())
        .doesNotContain("import");
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
    assertThat(page)
        .contains(
            "◆ run: bits per byte and finding translations, better, and English (en) got worse");
    assertThat(page).contains("English (en) got worse");
    assertThat(page).contains("whether the model answers better is not known");
  }

  @Test
  void readsQuotedCsv() {
    assertThat(Csv.parse("a,\"b \"\"c\"\",\nd\"\r\n,2"))
        .containsExactly(List.of("a", "b \"c\",\nd"), List.of("", "2"));
    assertThat(Csv.parse("")).isEmpty();
  }

  private static String text(Path evaluation) throws Exception {
    return parse(Report.of().evaluation(evaluation).html())
        .getDocumentElement()
        .getTextContent()
        .replaceAll("\\s+", " ");
  }

  /** The body, which is XML too; so markup that somebody slipped in cannot hide. */
  private static Document parse(String page) throws Exception {
    String body = page.substring(page.indexOf("<body>"), page.indexOf("</body>") + 7);
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new InputSource(new StringReader(body)));
  }
}
