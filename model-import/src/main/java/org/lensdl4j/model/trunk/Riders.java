package org.lensdl4j.model.trunk;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Texts that ride on the same rows. */
final class Riders {
  private Riders() {}

  /**
   * Texts with the same prompt, which nothing has been appended to, ride together. What some of
   * them have read already is read again where others have not: that costs no row more.
   */
  static List<List<DecodedText>> of(List<DecodedText> texts) {
    Map<Object, List<DecodedText>> out = new LinkedHashMap<>();
    for (DecodedText text : texts) {
      Object key = text.isPrompt() ? List.of(text.content(), text.longText) : text;
      out.computeIfAbsent(key, k -> new ArrayList<>()).add(text);
    }
    for (List<DecodedText> riders : out.values()) {
      int read = riders.stream().mapToInt(DecodedText::read).min().orElseThrow();
      riders.forEach(text -> text.cut(read));
    }
    return List.copyOf(out.values());
  }

  /** Whether two prompts are read by the same variants with the same edits. */
  static boolean alike(List<DecodedText> one, List<DecodedText> other) {
    boolean same = one.size() == other.size() && one.get(0).longText == other.get(0).longText;
    for (int i = 0; same && i < one.size(); i++) {
      same =
          one.get(i).variant == other.get(i).variant
              && Objects.equals(one.get(i).edit, other.get(i).edit);
    }
    return same;
  }
}
