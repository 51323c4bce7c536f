package org.lensdl4j.lab.chart;

import java.io.IOException;
import java.io.StringReader;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Attr;
import org.w3c.dom.Element;
import org.w3c.dom.NamedNodeMap;
import org.w3c.dom.Node;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;

/**
 * Reads chart files that need not be trusted, to show them inline. Only what {@link Chart#svgFile}
 * writes is let through: no links, scripts, styles, foreign elements or references.
 */
public final class ChartReader {
  private static final int MOST_CHARACTERS = 8 << 20;

  private static final Pattern NUMBER = Pattern.compile("-?\\d{1,7}(\\.\\d{1,4})?");
  private static final Pattern CLASSES = Pattern.compile("[a-z][a-z0-9]*( [a-z][a-z0-9]*)*");
  private static final Pattern ANY = Pattern.compile("(?s).*");

  private static final Set<String> ELEMENTS =
      Set.of("svg", "title", "desc", "rect", "path", "text");

  private static final Map<String, Pattern> ATTRIBUTES =
      Map.ofEntries(
          Map.entry("class", CLASSES),
          Map.entry("x", NUMBER),
          Map.entry("y", NUMBER),
          Map.entry("width", NUMBER),
          Map.entry("height", NUMBER),
          Map.entry("rx", NUMBER),
          Map.entry("d", Pattern.compile("[MLavZ0-9. -]*")),
          Map.entry("text-anchor", Pattern.compile("middle|end")),
          Map.entry("transform", Pattern.compile("rotate\\(-90 [0-9.-]+ [0-9.-]+\\)")),
          Map.entry("aria-label", ANY));

  private ChartReader() {}

  /**
   * The chart as an element for a page that has {@link ChartStyle#css()}, written anew; empty if
   * the text is anything else than a chart of this package.
   */
  public static Optional<String> inline(String svgFile) {
    if (svgFile.length() > MOST_CHARACTERS) {
      return Optional.empty();
    }
    try {
      Element root =
          parser().parse(new InputSource(new StringReader(svgFile))).getDocumentElement();
      StringBuilder out = new StringBuilder();
      boolean ours = root.getTagName().equals("svg") && root(root, out);
      return ours ? Optional.of(out.toString()) : Optional.empty();
    } catch (SAXException | IOException e) {
      return Optional.empty();
    }
  }

  private static DocumentBuilder parser() {
    try {
      DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
      factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
      factory.setExpandEntityReferences(false);
      factory.setXIncludeAware(false);
      DocumentBuilder parser = factory.newDocumentBuilder();
      // The default handler prints to the standard error stream.
      parser.setErrorHandler(null);
      return parser;
    } catch (ParserConfigurationException e) {
      throw new IllegalStateException(e);
    }
  }

  private static boolean root(Element svg, StringBuilder out) {
    String width = svg.getAttribute("width");
    String height = svg.getAttribute("height");
    if (!NUMBER.matcher(width).matches()
        || !NUMBER.matcher(height).matches()
        || !svg.getAttribute("class").equals("lens-chart")) {
      return false;
    }
    out.append("<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"lens-chart\" role=\"img\"");
    out.append(" width=\"").append(width).append("\" height=\"").append(height).append('"');
    out.append(" viewBox=\"0 0 ").append(width).append(' ').append(height).append('"');
    out.append(" aria-label=\"").append(Svg.escape(svg.getAttribute("aria-label"))).append("\">");
    boolean ours = children(svg, out);
    out.append("</svg>\n");
    return ours;
  }

  private static boolean children(Element parent, StringBuilder out) {
    for (Node n = parent.getFirstChild(); n != null; n = n.getNextSibling()) {
      if (n.getNodeType() == Node.TEXT_NODE) {
        out.append(Svg.escape(n.getNodeValue()));
      } else if (n.getNodeType() != Node.ELEMENT_NODE || !element((Element) n, out)) {
        return false;
      }
    }
    return true;
  }

  private static boolean element(Element e, StringBuilder out) {
    String name = e.getTagName();
    if (name.equals("style") || e.getAttribute("class").equals("paper")) {
      return true;
    }
    if (!ELEMENTS.contains(name) || name.equals("svg")) {
      return false;
    }
    out.append('<').append(name);
    NamedNodeMap attributes = e.getAttributes();
    for (int i = 0; i < attributes.getLength(); i++) {
      Attr a = (Attr) attributes.item(i);
      Pattern allowed = ATTRIBUTES.get(a.getName());
      if (allowed == null || !allowed.matcher(a.getValue()).matches()) {
        return false;
      }
      out.append(' ').append(a.getName()).append("=\"").append(Svg.escape(a.getValue()));
      out.append('"');
    }
    out.append('>');
    boolean ours = children(e, out);
    out.append("</").append(name).append('>');
    return ours;
  }
}
