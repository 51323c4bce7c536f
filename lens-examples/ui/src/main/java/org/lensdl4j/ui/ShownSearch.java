package org.lensdl4j.ui;

import java.util.List;
import java.util.Map;

/**
 * What the page shows of a search as a whole.
 *
 * @param runner Arbiter's runner, and whether it is done
 * @param started in milliseconds since 1970, or 0 if it has not yet
 * @param minimize whether lower scores are better
 * @param settings by name
 * @param ends when it ends, a condition each
 * @param space what each parameter varies over
 */
record ShownSearch(
    String runner,
    long started,
    boolean minimize,
    Map<String, String> settings,
    List<String> ends,
    Map<String, String> space) {
  static final ShownSearch WAITING =
      new ShownSearch("not started yet", 0, false, Map.of(), List.of(), Map.of());
}
