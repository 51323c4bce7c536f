package org.lensdl4j.model.weights;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.lensdl4j.model.base.ModelFormatException;

/**
 * The parts that llama.cpp splits a large GGUF file into. Each says its number ({@code split.no},
 * from 0) and how many there are ({@code split.count}); the first has all other pairs. Their names
 * end as in {@code -00002-of-00003.gguf}, by which the others are found beside the one that is
 * named.
 */
final class GgufParts {
  private static final String NUMBER = "split.no";
  private static final String COUNT = "split.count";
  private static final String TENSORS = "split.tensors.count";
  private static final long MOST = 65_535;
  private static final Pattern NAME = Pattern.compile("(.*)-(\\d{5})-of-(\\d{5})\\.gguf");

  private GgufParts() {}

  /**
   * All parts of which a file is one, the first first; that file alone if it is whole.
   *
   * @param named open; closed with the others if they are refused
   * @throws ModelFormatException naming a part that is missing or does not belong to the others
   */
  static List<GgufFile> with(GgufFile named) {
    List<GgufFile> opened = new ArrayList<>(List.of(named));
    try {
      long count = named.metadata().integer(COUNT).orElse(1L);
      if (count == 0 || count == 1) {
        return opened;
      }
      if (count < 0 || count > MOST) {
        throw bad(named, COUNT, count, "1 to " + MOST);
      }
      long number = number(named);
      if (number < 0 || number >= count) {
        throw bad(named, NUMBER, number, "0 to " + (count - 1));
      }
      Path expected = beside(named.path(), number, count);
      if (expected == null) {
        throw new ModelFormatException(
            String.format(
                Locale.ROOT,
                "%s is part %d of %d of a split GGUF file, expected a name that ends in %s: the"
                    + " other parts are found by it",
                named.path(),
                number + 1,
                count,
                ending(number, count)));
      }
      List<GgufFile> parts = new ArrayList<>();
      for (long i = 0; i < count; i++) {
        if (i == number) {
          parts.add(named);
        } else {
          GgufFile part = open(named, i, count);
          opened.add(part);
          parts.add(part);
        }
      }
      requireWhole(parts);
      return parts;
    } catch (RuntimeException e) {
      opened.forEach(GgufFile::close);
      throw e;
    }
  }

  /** Where a part of a split file lies, or null if the named one is not named as that part is. */
  private static Path beside(Path named, long number, long count) {
    Matcher name = NAME.matcher(named.getFileName().toString());
    boolean fits =
        name.matches()
            && Long.parseLong(name.group(2)) == number + 1
            && Long.parseLong(name.group(3)) == count;
    return fits ? named.resolveSibling(name.group(1) + ending(number, count)) : null;
  }

  private static String ending(long number, long count) {
    return String.format(Locale.ROOT, "-%05d-of-%05d.gguf", number + 1, count);
  }

  private static GgufFile open(GgufFile named, long number, long count) {
    Matcher name = NAME.matcher(named.path().getFileName().toString());
    if (!name.matches()) {
      throw new IllegalStateException(named.path() + " is no part's name");
    }
    Path path = named.path().resolveSibling(name.group(1) + ending(number, count));
    if (!Files.exists(path)) {
      throw new ModelFormatException(
          String.format(
              Locale.ROOT,
              "part %d of %d of a split GGUF file is missing: expected %s beside %s",
              number + 1,
              count,
              path.getFileName(),
              named.path()));
    }
    GgufFile part = GgufFile.openOne(path);
    try {
      long ofPart = part.metadata().integer(COUNT).orElse(1L);
      if (ofPart != count) {
        throw bad(part, COUNT, ofPart, count + " as in " + named.path().getFileName());
      }
      if (number(part) != number) {
        throw bad(part, NUMBER, number(part), number + ", as its name says");
      }
      return part;
    } catch (RuntimeException e) {
      part.close();
      throw e;
    }
  }

  private static void requireWhole(List<GgufFile> parts) {
    Set<String> names = new HashSet<>();
    for (GgufFile part : parts) {
      for (String tensor : part.tensors().keySet()) {
        if (!names.add(tensor)) {
          throw new ModelFormatException(
              part.path() + " has tensor " + tensor + ", which another part has, too");
        }
      }
    }
    GgufFile first = parts.get(0);
    long expected = first.metadata().integer(TENSORS).orElse((long) names.size());
    if (expected != names.size()) {
      throw bad(first, TENSORS, expected, names.size() + ", the tensors in all parts");
    }
  }

  private static long number(GgufFile part) {
    return part.metadata()
        .integer(NUMBER)
        .orElseThrow(
            () -> new ModelFormatException(part.path() + " has " + COUNT + " but no " + NUMBER));
  }

  private static ModelFormatException bad(GgufFile part, String key, long found, String expected) {
    return new ModelFormatException(
        String.format(
            Locale.ROOT, "%s: %s: found %d, expected %s", part.path(), key, found, expected));
  }
}
