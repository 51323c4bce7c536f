package org.lensdl4j.lab.evaluate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.lensdl4j.lens.states.StateCache;
import org.lensdl4j.model.base.AtomicFile;
import org.lensdl4j.model.base.FolderLock;
import org.lensdl4j.model.base.LensException;
import org.lensdl4j.model.weights.JsonFiles;

/**
 * The folder of an evaluation: {@code evaluation.json} says of what, {@code
 * items/<task>.<language>.jsonl} holds finished tasks, {@code summary.json} and {@code summary.txt}
 * the figures.
 */
final class EvaluationFolder {
  private static final String MARK = "evaluation.json";

  private final Path root;

  EvaluationFolder(Path root) {
    this.root = root;
  }

  /** Takes the folder for an evaluation of this identity. */
  void take(Map<String, String> identity) {
    Path mark = root.resolve(MARK);
    if (!Files.exists(mark)) {
      requireEmpty();
      ObjectNode node = new ObjectMapper().createObjectNode();
      identity.forEach(node::put);
      AtomicFile.write(mark, node.toPrettyString() + "\n");
      return;
    }
    JsonNode there = JsonFiles.read(mark);
    identity.forEach((name, value) -> requireSame(name, value, there.path(name).asText()));
    there
        .fieldNames()
        .forEachRemaining(
            name -> requireSame(name, identity.getOrDefault(name, ""), there.path(name).asText()));
  }

  private void requireSame(String name, String value, String found) {
    if (!value.equals(found)) {
      throw new LensException(
          String.format(
              Locale.ROOT,
              "output folder %s holds an evaluation with %s %s, now %s: name a new folder",
              root,
              name,
              brief(found),
              brief(value)));
    }
  }

  private static String brief(String value) {
    return value.isEmpty() ? "absent" : value.length() > 12 ? value.substring(0, 12) : value;
  }

  private void requireEmpty() {
    if (!Files.exists(root)) {
      return;
    }
    try {
      if (!FolderLock.isEmpty(root)) {
        throw new LensException(
            String.format(
                Locale.ROOT,
                "output folder %s is not empty and holds no evaluation: name a new folder",
                root));
      }
    } catch (IOException e) {
      throw new LensException(
          String.format(Locale.ROOT, "cannot use output folder %s: %s", root, e), e);
    }
  }

  Path items(String task, String language) {
    return root.resolve("items").resolve(task + "." + language + ".jsonl");
  }

  /** Answers in FastChat's form, for an outside judge: one file a column. */
  void answers(String language, List<String> columns, List<ItemRow> rows) {
    for (String column : columns) {
      StringBuilder text = new StringBuilder();
      for (ItemRow row : rows) {
        String id = row.shown().path("question_id").asText();
        ObjectNode node = new ObjectMapper().createObjectNode();
        if (id.matches("\\d{1,9}")) {
          node.put("question_id", Integer.parseInt(id));
        } else {
          node.put("question_id", id);
        }
        ArrayNode turns =
            node.put("answer_id", StateCache.key("answer", column, language, id).substring(0, 22))
                .put("model_id", column)
                .putArray("choices")
                .addObject()
                .put("index", 0)
                .putArray("turns");
        row.column(column).shown().path("answers").forEach(a -> turns.add(a.asText()));
        node.put("tstamp", System.currentTimeMillis() / 1000.0);
        text.append(node).append('\n');
      }
      AtomicFile.write(
          root.resolve("answers")
              .resolve(language)
              .resolve("model_answer")
              .resolve(column + ".jsonl"),
          text.toString());
    }
  }

  void write(EvaluationResult result) {
    AtomicFile.write(root.resolve("summary.json"), result.toJson() + "\n");
    AtomicFile.write(root.resolve("summary.txt"), result.details());
  }
}
