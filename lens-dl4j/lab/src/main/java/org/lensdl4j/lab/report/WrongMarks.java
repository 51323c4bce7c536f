package org.lensdl4j.lab.report;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** An answer with the lines and words marked that are not in the language asked for. */
final class WrongMarks {
  private static final Pattern WORD = Pattern.compile("[A-Za-z]+");

  private WrongMarks() {}

  /**
   * Writes an answer.
   *
   * @param wrong the lines and words, as an evaluation keeps them; a line may have been cut
   */
  static void write(Html out, String answer, JsonNode wrong) {
    List<String> lines = new ArrayList<>();
    Set<String> words = new HashSet<>();
    wrong.forEach(
        w -> (WORD.matcher(w.asText()).matches() ? words : lines).add(w.asText().strip()));
    boolean first = true;
    for (String line : answer.split("\n", -1)) {
      out.text(first ? "" : "\n");
      first = false;
      if (isWrong(line.strip(), lines)) {
        out.element("mark", line);
      } else {
        words(out, line, words);
      }
    }
  }

  private static boolean isWrong(String line, List<String> lines) {
    // The last line that is shown may end in an ellipsis.
    String start = line.endsWith("…") ? line.substring(0, line.length() - 1) : line;
    return !start.isEmpty()
        && lines.stream().anyMatch(w -> w.equals(line) || start != line && w.startsWith(start));
  }

  private static void words(Html out, String line, Set<String> words) {
    Matcher matcher = WORD.matcher(line);
    int end = 0;
    while (matcher.find()) {
      if (words.contains(matcher.group())) {
        out.text(line.substring(end, matcher.start())).element("mark", matcher.group());
        end = matcher.end();
      }
    }
    out.text(line.substring(end));
  }
}
