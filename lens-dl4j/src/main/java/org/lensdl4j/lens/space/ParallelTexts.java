package org.lensdl4j.lens.space;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.lensdl4j.lens.corpus.TextItem;

/** Checks whether texts are parallel: the same ids, each once, in every language. */
final class ParallelTexts {
  /** What lines of a file without an id are numbered by: it says nothing of their content. */
  private static final Pattern LINE = Pattern.compile("#\\d+");

  private ParallelTexts() {}

  /**
   * The common order, that of the first language.
   *
   * @param texts by language
   * @return by language the positions of its texts in the common order; null if the texts are not
   *     parallel
   */
  static List<List<Integer>> order(List<List<TextItem>> texts) {
    List<List<Integer>> out = new ArrayList<>();
    for (List<TextItem> own : texts) {
      Map<String, Integer> places = new HashMap<>();
      for (TextItem item : own) {
        if (LINE.matcher(item.id()).matches() || places.put(item.id(), places.size()) != null) {
          return null;
        }
      }
      List<Integer> order = new ArrayList<>();
      for (TextItem item : texts.get(0)) {
        Integer at = places.get(item.id());
        if (at == null || own.size() != texts.get(0).size()) {
          return null;
        }
        order.add(at);
      }
      out.add(order);
    }
    return out;
  }
}
