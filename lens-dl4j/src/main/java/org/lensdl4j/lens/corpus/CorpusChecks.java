package org.lensdl4j.lens.corpus;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.lensdl4j.model.base.LensException;
import org.lensdl4j.model.base.Sha256;

/** What must hold between the languages of a corpus. */
final class CorpusChecks {
  private CorpusChecks() {}

  /**
   * Refuses two languages that share more than half of their texts: a file copied by mistake, whose
   * language would have no direction of its own. Names, numbers and code may well be shared.
   */
  static void distinct(Map<String, List<TextItem>> texts) {
    List<String> languages = List.copyOf(texts.keySet());
    List<Set<String>> sets =
        languages.stream()
            .map(l -> texts.get(l).stream().map(TextItem::text).collect(Collectors.toSet()))
            .toList();
    for (int i = 0; i < languages.size(); i++) {
      for (int j = i + 1; j < languages.size(); j++) {
        Set<String> common = new HashSet<>(sets.get(i));
        common.retainAll(sets.get(j));
        int smaller = Math.min(sets.get(i).size(), sets.get(j).size());
        if (2 * common.size() > smaller) {
          throw new LensException(
              String.format(
                      Locale.ROOT,
                      "languages %s and %s have the same texts: found %d of %d in both, expected different",
                      languages.get(i),
                      languages.get(j),
                      common.size(),
                      smaller)
                  + " texts");
        }
      }
    }
  }

  static String hash(Map<String, List<TextItem>> texts) {
    Sha256 hash = new Sha256();
    texts.forEach(
        (language, items) -> {
          hash.addSized(language);
          items.forEach(item -> hash.addSized(item.id()).addSized(item.text()));
          hash.addSized("");
        });
    return hash.hex();
  }
}
