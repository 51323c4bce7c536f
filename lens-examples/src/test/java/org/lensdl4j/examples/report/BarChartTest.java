package org.lensdl4j.examples.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.StringReader;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

class BarChartTest {

  @Test
  void drawsAPairOfBarsPerLabelAndEscapesText() throws Exception {
    String svg =
        new BarChart("a < b & c")
            .panel("one", List.of("zh", "sw"), new double[] {1, 2}, new double[] {2, 4})
            .toSvg();

    Document xml = parse(svg);
    assertThat(xml.getDocumentElement().getTagName()).isEqualTo("svg");
    // background, two of the legend, two pairs
    assertThat(xml.getElementsByTagName("rect").getLength()).isEqualTo(7);
    assertThat(svg).contains("a &lt; b &amp; c");
  }

  @Test
  void theLongestBarFillsThePanelAndTheOthersAreInProportion() throws Exception {
    String svg =
        new BarChart("t").panel("p", List.of("zh"), new double[] {1}, new double[] {4}).toSvg();

    NodeList bars = parse(svg).getElementsByTagName("rect");
    double before = height(bars, 3);
    double after = height(bars, 4);
    assertThat(after).isCloseTo(4 * before, org.assertj.core.data.Offset.offset(0.3));
  }

  @Test
  void valuesThatAreNoNumbersDoNotBreakThePicture() throws Exception {
    String svg =
        new BarChart("t")
            .panel("p", List.of("zh"), new double[] {Double.NaN}, new double[] {-1})
            .toSvg();

    assertThat(parse(svg).getElementsByTagName("rect").getLength()).isEqualTo(5);
    assertThat(svg).doesNotContain("height=\"NaN\"").doesNotContain("height=\"-");
  }

  @Test
  void refusesUnequalNumbers() {
    assertThatThrownBy(
            () -> new BarChart("t").panel("p", List.of("zh"), new double[2], new double[1]))
        .hasMessage("1 labels but 2 and 1 values");
  }

  private static double height(NodeList bars, int i) {
    return Double.parseDouble(bars.item(i).getAttributes().getNamedItem("height").getNodeValue());
  }

  private static Document parse(String svg) throws Exception {
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new InputSource(new StringReader(svg)));
  }
}
