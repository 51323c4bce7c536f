package org.lensdl4j.lab.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.lensdl4j.model.testing.Browser;
import org.lensdl4j.model.testing.Prerequisite;

/** The page in a real browser. */
@Tag("browser")
class ReportBrowserTest {
  // The browser may still write into its profile while it ends.
  @TempDir(cleanup = CleanupMode.NEVER)
  static Path folder;

  private static Browser browser;
  private static Path report;

  @BeforeAll
  static void start() throws Exception {
    report = new ReportFolders(folder).report();
    browser =
        new Browser(
            Prerequisite.BROWSER.path(),
            java.nio.file.Files.createDirectories(folder.resolve("profile")));
  }

  @AfterAll
  static void stop() throws Exception {
    if (browser != null) {
      browser.close();
    }
  }

  @BeforeEach
  void open() {
    browser.scheme("light");
    browser.size(1000, 900);
    browser.open(report.toUri());
    browser.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)");
  }

  @Test
  void nothingIsComplainedOfNorAskedFor() {
    assertThat(browser.complaints()).isEmpty();
    assertThat(browser.requests())
        .allMatch(url -> url.equals(report.toUri().toString()) || url.startsWith("data:"));
    assertThat(browser.evaluate("document.title").asText())
        .isEqualTo("Report on runs careful, bold");
  }

  @ParameterizedTest
  @ValueSource(ints = {1000, 360})
  void everyChartHasMarksAndItsTextIsInsideAndApart(int width) {
    browser.size(width, 900);
    JsonNode charts =
        browser.evaluate(
            """
            [...document.querySelectorAll('svg.lens-chart')].filter(s => s.clientWidth > 0).map(s => {
              const box = s.getBoundingClientRect();
              const texts = [...s.querySelectorAll('text')].map(t => {
                const r = t.getBoundingClientRect();
                return {text: t.firstChild.textContent, left: r.left, right: r.right, top: r.top,
                  bottom: r.bottom, size: parseFloat(getComputedStyle(t).fontSize) * box.width
                    / s.viewBox.baseVal.width};
              });
              const outside = texts.filter(t => t.left < box.left - 1 || t.right > box.right + 1
                || t.top < box.top - 1 || t.bottom > box.bottom + 1);
              const meeting = [];
              texts.forEach((a, i) => texts.slice(i + 1).forEach(b => {
                const x = Math.min(a.right, b.right) - Math.max(a.left, b.left);
                const y = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
                if (x > 1 && y > 6) meeting.push(a.text + ' | ' + b.text);
              }));
              return {name: s.getAttribute('aria-label'), outside: outside.map(t => t.text), meeting,
                marks: s.querySelectorAll('path,rect,circle').length,
                least: Math.min(...texts.map(t => t.size))};
            })
            """);
    assertThat(charts.size()).isGreaterThan(10);
    for (JsonNode chart : charts) {
      String name = chart.path("name").asText();
      assertThat(chart.path("marks").asInt()).as(name).isPositive();
      assertThat(chart.path("outside")).as(name).isEmpty();
      assertThat(chart.path("meeting")).as(name).isEmpty();
      assertThat(chart.path("least").asDouble()).as(name).isGreaterThan(9);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {320, 360, 768, 1400})
  void thePageDoesNotScrollSideways(int width) {
    browser.size(width, 800);
    assertThat(browser.evaluate("document.documentElement.scrollWidth").asInt())
        .isLessThanOrEqualTo(width);
    // Words may break, letters may not be lost at the edge.
    JsonNode wide =
        browser.evaluate(
            """
            [...document.querySelectorAll('p,h1,h2,h3,li,dd,dt,figcaption,summary')]
              .filter(e => e.getBoundingClientRect().right > innerWidth + 1
                && !e.closest('.scroll,.given')).map(e => e.textContent.slice(0, 80))
            """);
    assertThat(wide).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"light,1000", "dark,1000", "dark,360"})
  void allTextCanBeReadInLightAndDark(String scheme, int width) {
    browser.scheme(scheme);
    browser.size(width, 900);
    JsonNode page = browser.evaluate("getComputedStyle(document.body).backgroundColor");
    assertThat(page.asText())
        .isEqualTo(scheme.equals("dark") ? "rgb(21, 24, 28)" : "rgb(255, 255, 255)");
    JsonNode low =
        browser.evaluate(
            """
            (() => {
              const parse = c => c.match(/[\\d.]+/g).map(Number);
              const light = c => { const l = parse(c).slice(0, 3).map(v => v / 255)
                .map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
                return 0.2126 * l[0] + 0.7152 * l[1] + 0.0722 * l[2]; };
              const behind = e => { for (let n = e; n; n = n.parentElement) {
                const c = getComputedStyle(n).backgroundColor;
                if (parse(c).length === 3 || parse(c)[3] > 0) return c; } return 'rgb(255,255,255)'; };
              const found = [];
              for (const e of document.querySelectorAll('body *')) {
                const own = [...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim());
                if (!own || e.tagName === 'title' || e.tagName === 'desc') continue;
                if (!e.getClientRects().length) continue;
                const svg = e.tagName === 'text';
                const a = light(svg ? getComputedStyle(e).fill : getComputedStyle(e).color);
                const b = light(behind(e));
                const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
                if (ratio < 4.5) found.push(e.textContent.slice(0, 40) + ' ' + ratio.toFixed(2));
              }
              return found;
            })()
            """);
    assertThat(low).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"ar,rtl,ما", "bn,ltr,ফ্রা"})
  void rightToLeftAndBengaliAreDrawn(String language, String direction, String letters)
      throws Exception {
    JsonNode answer =
        browser.evaluate(
            """
            (() => {
              const e = [...document.querySelectorAll('dd[lang=%s]')]
                .find(d => !d.textContent.includes('<'));
              const range = document.createRange();
              range.selectNodeContents(e);
              const r = range.getBoundingClientRect();
              const box = e.getBoundingClientRect();
              return {width: r.width, direction: getComputedStyle(e).direction,
                atRight: box.right - r.right < r.left - box.left};
            })()
            """
                .formatted(language));
    assertThat(answer.path("width").asDouble()).isPositive();
    assertThat(answer.path("direction").asText()).isEqualTo(direction);
    assertThat(answer.path("atRight").asBoolean()).isEqualTo(direction.equals("rtl"));
    assumeTrue(hasFont(language), "no font for " + language + " is installed");
    // A letter without a glyph is drawn like a code point that nobody has a glyph for.
    JsonNode drawn =
        browser.evaluate(
            """
            (() => {
              const draw = text => { const c = document.createElement('canvas');
                c.width = 200; c.height = 60; const g = c.getContext('2d');
                g.font = '40px ' + getComputedStyle(document.body).fontFamily;
                g.fillText(text, 10, 45); return c.toDataURL(); };
              return [...'%s'].filter(l => /\\p{Lo}/u.test(l)).map(l => draw(l) !== draw('\\u0378'));
            })()
            """
                .formatted(letters));
    assertThat(drawn).isNotEmpty().allMatch(JsonNode::asBoolean);
  }

  private static boolean hasFont(String language) throws Exception {
    try {
      Process list = new ProcessBuilder("fc-list", ":lang=" + language).start();
      return list.getInputStream().readAllBytes().length > 0;
    } catch (java.io.IOException e) {
      return false;
    }
  }

  @Test
  void printsOnPaperWhateverTheScreenIs() {
    browser.scheme("dark");
    byte[] pdf =
        Base64.getDecoder()
            .decode(
                browser
                    .send("Page.printToPDF", Map.of("printBackground", true))
                    .path("data")
                    .asText());
    assertThat(new String(pdf, 0, 5, StandardCharsets.US_ASCII)).isEqualTo("%PDF-");
    browser.send("Emulation.setEmulatedMedia", Map.of("media", "print"));
    List<String> colours = new ArrayList<>();
    browser
        .evaluate(
            "[getComputedStyle(document.body).color,"
                + "getComputedStyle(document.querySelector('svg text')).fill]")
        .forEach(c -> colours.add(c.asText()));
    browser.send("Emulation.setEmulatedMedia", Map.of("media", ""));
    assertThat(colours).containsOnly("rgb(27, 31, 36)");
  }
}
