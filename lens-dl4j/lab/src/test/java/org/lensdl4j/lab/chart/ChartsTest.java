package org.lensdl4j.lab.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

class ChartsTest {
  private record Box(double left, double top, double right, double bottom, String text) {
    boolean meets(Box o) {
      return left < o.right - 1 && o.left < right - 1 && top < o.bottom - 1 && o.top < bottom - 1;
    }
  }

  static List<String> names() {
    return List.copyOf(ChartGallery.all().keySet());
  }

  @ParameterizedTest
  @MethodSource("names")
  void isWellFormedHasANameAndMarks(String name) throws Exception {
    Chart chart = ChartGallery.all().get(name);
    Document xml = parse(chart.svgFile());
    Element root = xml.getDocumentElement();
    assertThat(root.getTagName()).isEqualTo("svg");
    assertThat(root.getAttribute("role")).isEqualTo("img");
    assertThat(root.getAttribute("aria-label")).isEqualTo(chart.title()).isNotBlank();
    assertThat(root.getElementsByTagName("desc").item(0).getTextContent())
        .isEqualTo(chart.description());
    int marks = count(xml, "path") + count(xml, "rect");
    assertThat(marks).isGreaterThan(name.equals("lines-empty") ? 0 : 10);
    assertThat(chart.svg()).doesNotContain("NaN").doesNotContain("Infinity");
    assertThat(chart.svg()).doesNotContain("<script").doesNotContain("<style");
  }

  @ParameterizedTest
  @MethodSource("names")
  void textIsInsideAndNoTwoNamesMeet(String name) throws Exception {
    for (int width : new int[] {240, 344, 480, 720}) {
      Document xml = parse(ChartGallery.all().get(name).svg(width));
      double height = Double.parseDouble(xml.getDocumentElement().getAttribute("height"));
      List<Box> boxes = boxes(xml);
      for (Box box : boxes) {
        assertThat(box.left).as("%d %s", width, box).isGreaterThanOrEqualTo(0);
        assertThat(box.right).as("%d %s", width, box).isLessThanOrEqualTo(width);
        assertThat(box.top).as("%d %s", width, box).isGreaterThanOrEqualTo(0);
        assertThat(box.bottom).as("%d %s", width, box).isLessThanOrEqualTo(height);
      }
      for (int i = 0; i < boxes.size(); i++) {
        for (int k = i + 1; k < boxes.size(); k++) {
          assertThat(boxes.get(i).meets(boxes.get(k)))
              .as("width %d: %s and %s", width, boxes.get(i), boxes.get(k))
              .isFalse();
        }
      }
    }
  }

  @Test
  void isTheSameTextInEveryLocale() {
    Map<String, Chart> charts = ChartGallery.all();
    Locale before = Locale.getDefault();
    try {
      for (String tag : new String[] {"de", "ar-EG-u-nu-arab", "bn-BD-u-nu-beng", "tr"}) {
        Locale.setDefault(Locale.forLanguageTag(tag));
        ChartGallery.all().forEach((n, c) -> assertThat(c.svg()).isEqualTo(charts.get(n).svg()));
      }
    } finally {
      Locale.setDefault(before);
    }
  }

  @Test
  void awkwardNumbersAreDrawnOrLeftOut() throws Exception {
    Random random = new Random(1);
    double[] awkward = {
      0, -0.0, 1, -1, 1e-300, 1e300, -1e300, Double.MIN_VALUE, Double.NaN, Double.POSITIVE_INFINITY
    };
    for (int round = 0; round < 300; round++) {
      int n = random.nextInt(5);
      double[] x = new double[n];
      double[] y = new double[n];
      for (int i = 0; i < n; i++) {
        x[i] = awkward[random.nextInt(awkward.length)];
        y[i] = awkward[random.nextInt(awkward.length)];
      }
      LineChart.Builder lines = LineChart.builder().series("a", x, y, y, x);
      ScatterChart.Builder points = ScatterChart.builder().series("a", x, y).labelGroups();
      if (round % 2 == 1) {
        lines.logX().logY();
        points.logX().logY();
      }
      parse(lines.build().svg());
      parse(points.build().svg());
      List<String> names = new ArrayList<>();
      for (int i = 0; i < n; i++) {
        names.add("n" + i);
      }
      parse(BarChart.builder().categories(names).series("s", x, y, y).build().svg());
      parse(
          HeatMap.builder()
              .rows(List.of("r"))
              .columns(names)
              .values(new double[][] {y})
              .build()
              .svg());
      parse(ParallelCoordinates.builder().axis("x", x, false).best(y, true, 2).build().svg());
    }
  }

  @Test
  void barsAreInProportion() throws Exception {
    Document chart =
        parse(
            BarChart.builder()
                .categories(List.of("a < b", "c & d"))
                .series("", new double[] {1, 4})
                .build()
                .svg());
    NodeList bars = chart.getElementsByTagName("rect");
    assertThat(bars.getLength()).isEqualTo(2);
    double[] lengths = new double[2];
    for (int i = 0; i < 2; i++) {
      lengths[i] = Double.parseDouble(((Element) bars.item(i)).getAttribute("width"));
    }
    assertThat(lengths[1]).isCloseTo(4 * lengths[0], within(0.5));
    assertThat(chart.getDocumentElement().getTextContent()).contains("a < b", "c & d");
  }

  /** Layers are counted: there is no layer 1.2. */
  @Test
  void anAxisOfCountsHasNoTicksBetweenWholeNumbers() throws Exception {
    Document chart =
        parse(
            ParallelCoordinates.builder()
                .axis("topLayers", new double[] {1, 2, 1, Double.NaN}, false)
                .axis("gain", new double[] {0.1, 0.2, 0.3, 0.4}, false)
                .build()
                .svg());
    List<String> labels = new ArrayList<>();
    NodeList texts = chart.getElementsByTagName("text");
    for (int i = 0; i < texts.getLength(); i++) {
      labels.add(texts.item(i).getTextContent());
    }
    assertThat(labels).contains("1", "2").doesNotContain("1.2", "1.5");
  }

  @Test
  void refusesUnequalNumbers() {
    double[] two = new double[2];
    assertThatThrownBy(() -> LineChart.builder().series("zh", two, new double[3]))
        .hasMessage("series zh: found 3 values, expected 2");
    assertThatThrownBy(() -> BarChart.builder().categories(List.of("a")).series("s", two))
        .hasMessage("series s: found 2 values, expected 1");
    assertThatThrownBy(() -> HeatMap.builder().rows(List.of("a")).values(new double[0][]).build())
        .hasMessage("values: found 0 rows, expected 1");
    assertThatThrownBy(() -> LineChart.builder().build().svg(3))
        .hasMessage("width: found 3, expected 240 to 4000");
  }

  @Test
  void coloursCanBeSeenOnTheirPaperAndTextCanBeReadOnCells() {
    for (String colour : ChartStyle.LIGHT) {
      assertThat(Contrast.of(colour, "#ffffff")).as(colour).isGreaterThan(3);
      assertThat(Contrast.of("#1b1f24", Contrast.mix(colour, "#ffffff", 0.55))).isGreaterThan(4.5);
    }
    for (String colour : ChartStyle.DARK) {
      assertThat(Contrast.of(colour, "#15181c")).as(colour).isGreaterThan(3);
    }
    for (String colour : ChartStyle.DARK.subList(0, 2)) {
      assertThat(Contrast.of("#e9ecef", Contrast.mix(colour, "#15181c", 0.55))).isGreaterThan(4.5);
    }
    assertThat(Contrast.of("#59626d", "#ffffff")).isGreaterThan(4.5);
    assertThat(Contrast.of("#a7b0ba", "#15181c")).isGreaterThan(4.5);
  }

  @Test
  void allSixteenFirstLooksDiffer() {
    List<String> looks = new ArrayList<>();
    for (int i = 0; i < 16; i++) {
      looks.add(Look.fill(i) + Look.mark(i, 0, 0, 3));
    }
    assertThat(looks).doesNotHaveDuplicates();
  }

  private static List<Box> boxes(Document xml) {
    List<Box> out = new ArrayList<>();
    NodeList texts = xml.getElementsByTagName("text");
    for (int i = 0; i < texts.getLength(); i++) {
      Element e = (Element) texts.item(i);
      String classes = " " + e.getAttribute("class") + " ";
      double size =
          classes.contains(" h ")
              ? 15
              : classes.contains(" m ") ? 12 : classes.contains(" k ") ? 11 : 13;
      String text = e.getFirstChild().getTextContent();
      double wide = Words.width(text, size) * (classes.matches(".* [hp] .*") ? 1.05 : 1);
      double x = Double.parseDouble(e.getAttribute("x"));
      double y = Double.parseDouble(e.getAttribute("y"));
      if (e.hasAttribute("transform")) {
        out.add(new Box(x - size * 0.8, y - wide, x + size * 0.2, y, text));
        continue;
      }
      String anchor = e.getAttribute("text-anchor");
      double left = anchor.equals("end") ? x - wide : anchor.equals("middle") ? x - wide / 2 : x;
      out.add(new Box(left, y - size * 0.8, left + wide, y + size * 0.2, text));
    }
    return out;
  }

  private static int count(Document xml, String tag) {
    return xml.getElementsByTagName(tag).getLength();
  }

  private static Document parse(String svg) throws Exception {
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new InputSource(new StringReader(svg)));
  }
}
