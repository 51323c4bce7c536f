package org.lensdl4j.lens.train;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.lensdl4j.lens.corpus.JsonObjectLine;
import org.lensdl4j.model.base.LensException;

/** Reads a file of instructions; errors name file, line and field. */
final class InstructionLines {
  private final Path file;
  private int line;

  InstructionLines(Path file) {
    this.file = file;
  }

  List<Instruction> read() {
    List<Instruction> out = new ArrayList<>();
    Set<String> ids = new HashSet<>();
    for (String text : FileLines.of(file)) {
      line++;
      if (text.isBlank()) {
        continue;
      }
      Instruction item = parse(text);
      if (!ids.add(item.id())) {
        throw new LensException(
            String.format(
                Locale.ROOT,
                "%s: field id: found %s a second time, expected each id once",
                position(),
                item.id()));
      }
      out.add(item);
    }
    if (out.isEmpty()) {
      throw new LensException(file + ": holds no instructions");
    }
    return out;
  }

  private String position() {
    return file + ":" + line;
  }

  private Instruction parse(String json) {
    JsonObjectLine object = JsonObjectLine.parse(position(), json);
    return new Instruction(
        object.id("#" + line), text(object, "instruction"), text(object, "response"));
  }

  private String text(JsonObjectLine object, String field) {
    JsonNode value = object.node().path(field);
    if (!value.isTextual() || value.textValue().isBlank()) {
      throw object.wrong("field " + field, value, "a text that is not blank");
    }
    if (!StandardCharsets.UTF_8.newEncoder().canEncode(value.textValue())) {
      throw new LensException(
          String.format(
              Locale.ROOT,
              "%s: field %s holds half of a surrogate pair, expected whole characters",
              position(),
              field));
    }
    return value.textValue();
  }
}
