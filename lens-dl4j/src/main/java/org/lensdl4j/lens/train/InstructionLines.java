package org.lensdl4j.lens.train;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.lensdl4j.lens.corpus.JsonObjectLine;
import org.lensdl4j.model.base.LensException;

/** Reads a file of instructions; errors name file, line and field. */
final class InstructionLines {
  private static final long MAX_BYTES = 1L << 30;

  private final Path file;
  private int line;

  InstructionLines(Path file) {
    this.file = file;
  }

  List<Instruction> read() {
    List<Instruction> out = new ArrayList<>();
    Set<String> ids = new HashSet<>();
    for (String text : lines()) {
      line++;
      if (text.isBlank()) {
        continue;
      }
      Instruction item = parse(text);
      if (!ids.add(item.id())) {
        throw new LensException(
            "%s: field id: found %s a second time, expected each id once"
                .formatted(position(), item.id()));
      }
      out.add(item);
    }
    if (out.isEmpty()) {
      throw new LensException(file + ": holds no instructions");
    }
    return out;
  }

  private List<String> lines() {
    try {
      if (Files.size(file) > MAX_BYTES) {
        throw new LensException(
            "%s: has %d bytes, expected at most %d".formatted(file, Files.size(file), MAX_BYTES));
      }
      String all = Files.readString(file);
      return List.of((all.startsWith("\uFEFF") ? all.substring(1) : all).split("\r?\n", -1));
    } catch (CharacterCodingException e) {
      throw new LensException(file + ": is not UTF-8", e);
    } catch (IOException e) {
      throw new LensException("%s: cannot be read: %s".formatted(file, e.getMessage()), e);
    }
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
          "%s: field %s holds half of a surrogate pair, expected whole characters"
              .formatted(position(), field));
    }
    return value.textValue();
  }
}
