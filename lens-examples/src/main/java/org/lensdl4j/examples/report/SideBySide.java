package org.lensdl4j.examples.report;

import java.util.ArrayList;
import java.util.List;

/**
 * Several answers to one prompt: in columns where they fit and every terminal draws them so, else
 * one below the other.
 */
public final class SideBySide {
  private static final int GAP = 2;
  private static final int NARROWEST = 32;
  private static final int INDENT = 4;

  private final int width;

  /**
   * A layout.
   *
   * @param width columns of the terminal, at least 20
   */
  public SideBySide(int width) {
    this.width = Math.max(20, width);
  }

  /**
   * One answer.
   *
   * @param heading who gave it, one short line
   * @param text the answer
   */
  public record Cell(String heading, String text) {}

  /** The lines, each ended by a newline, with an empty one at the end. */
  public String render(String prompt, List<Cell> cells) {
    StringBuilder out = new StringBuilder();
    DisplayWidth.wrap(prompt.strip(), width).forEach(l -> line(out, l));
    out.append('\n');
    int column = (width - GAP * (cells.size() - 1)) / cells.size();
    boolean certain =
        cells.stream().allMatch(c -> DisplayWidth.certain(c.heading() + c.text()))
            && cells.size() > 1;
    if (certain && column >= NARROWEST) {
      columns(out, cells, column);
    } else {
      for (Cell cell : cells) {
        line(out, "  " + cell.heading());
        DisplayWidth.wrap(cell.text().strip(), width - INDENT)
            .forEach(l -> line(out, " ".repeat(INDENT) + l));
        out.append('\n');
      }
    }
    return out.toString();
  }

  private static void columns(StringBuilder out, List<Cell> cells, int column) {
    List<List<String>> all = new ArrayList<>();
    int height = 0;
    for (Cell cell : cells) {
      List<String> lines = new ArrayList<>(DisplayWidth.wrap(cell.heading(), column));
      lines.add("-".repeat(column));
      lines.addAll(DisplayWidth.wrap(cell.text().strip(), column));
      all.add(lines);
      height = Math.max(height, lines.size());
    }
    for (int i = 0; i < height; i++) {
      StringBuilder row = new StringBuilder();
      for (int c = 0; c < all.size(); c++) {
        String cell = i < all.get(c).size() ? all.get(c).get(i) : "";
        row.append(cell);
        if (c + 1 < all.size()) {
          row.append(" ".repeat(column - DisplayWidth.of(cell) + GAP));
        }
      }
      line(out, row.toString());
    }
    out.append('\n');
  }

  private static void line(StringBuilder out, String text) {
    out.append(text.stripTrailing()).append('\n');
  }
}
