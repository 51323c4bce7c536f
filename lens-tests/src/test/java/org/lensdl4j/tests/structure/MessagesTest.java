package org.lensdl4j.tests.structure;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * Messages of the libraries name options as programs and files do, never the flags of a command
 * line that their user may not have.
 */
class MessagesTest {
  /** A word behind two dashes that is no variable of a style sheet, set or used. */
  private static final Pattern FLAG =
      Pattern.compile("(?<![\\w<!-]|var\\()--(?!lens-)[a-z][a-z-]*+(?!:)");

  @Test
  void librariesNameNoFlags() {
    assertThat(flags(name -> !name.startsWith("org.lensdl4j.examples"))).isEmpty();
  }

  @Test
  void theCommandLineDoes() {
    assertThat(flags(name -> name.startsWith("org.lensdl4j.examples"))).contains("--out");
  }

  private static List<String> flags(Predicate<String> chosen) {
    return Sources.CODE.stream()
        .filter(type -> chosen.test(type.getName()))
        .flatMap(type -> strings(type).stream())
        .flatMap(text -> FLAG.matcher(text).results())
        .map(found -> found.group())
        .distinct()
        .sorted()
        .collect(Collectors.toList());
  }

  /** The string constants in a class file, also those that are parts of concatenations. */
  private static List<String> strings(JavaClass type) {
    try (DataInputStream in =
        new DataInputStream(
            new BufferedInputStream(
                type.getSource().orElseThrow().getUri().toURL().openStream()))) {
      in.skipNBytes(8);
      int count = in.readUnsignedShort();
      String[] texts = new String[count];
      List<Integer> constants = new ArrayList<>();
      for (int i = 1; i < count; i++) {
        int tag = in.readUnsignedByte();
        switch (tag) {
          case 1 -> texts[i] = in.readUTF();
          case 8 -> constants.add(in.readUnsignedShort());
          case 5, 6 -> {
            in.skipNBytes(8);
            i++;
          }
          case 7, 16, 19, 20 -> in.skipNBytes(2);
          case 15 -> in.skipNBytes(3);
          default -> in.skipNBytes(4);
        }
      }
      return constants.stream().map(i -> texts[i]).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
