package org.lensdl4j.model.weights;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.lensdl4j.model.base.ModelFormatException;

/** The safetensors files of a Hugging Face directory. */
public final class ShardedFolder {
  static final String SINGLE = "model.safetensors";
  static final String INDEX = "model.safetensors.index.json";
  private static final int MAX_SHARDS = 10_000;

  private ShardedFolder() {}

  /**
   * Opens all shards, in the order of the index, and checks that each tensor is where the index
   * says and nowhere else.
   *
   * @return at least one file; the caller closes them
   */
  public static List<SafetensorsFile> open(Path directory) {
    if (!Files.isDirectory(directory)) {
      throw new ModelFormatException("There is no model directory " + directory);
    }
    Optional<Path> single = ModelFolder.find(directory, SINGLE);
    if (single.isPresent()) {
      return List.of(SafetensorsFile.open(single.get()));
    }
    Path index =
        ModelFolder.find(directory, INDEX)
            .orElseThrow(() -> new ModelFormatException(missing(directory)));
    JsonNode map = JsonFiles.read(index).path("weight_map");
    if (!map.isObject() || map.isEmpty()) {
      throw new ModelFormatException(index + " has no weight_map");
    }
    Set<String> shards = new LinkedHashSet<>();
    for (Map.Entry<String, JsonNode> e : map.properties()) {
      if (!e.getValue().isTextual()) {
        throw new ModelFormatException(index + " gives no file name for " + e.getKey());
      }
      shards.add(e.getValue().textValue());
    }
    if (shards.size() > MAX_SHARDS) {
      throw new ModelFormatException(index + " lists " + shards.size() + " files");
    }
    List<SafetensorsFile> open = new ArrayList<>();
    try {
      int found = 0;
      for (String shard : shards) {
        Path path =
            ModelFolder.find(directory, shard)
                .orElseThrow(
                    () -> new ModelFormatException(index + " lists " + shard + ": not there"));
        SafetensorsFile file = SafetensorsFile.open(path);
        open.add(file);
        for (String name : file.entries().keySet()) {
          String listed = map.path(name).asText("no file");
          if (!listed.equals(shard)) {
            throw new ModelFormatException(
                path + " holds " + name + ", for which the index lists " + listed);
          }
          found++;
        }
      }
      if (found != map.size()) {
        requireAll(index, map, open);
      }
      return List.copyOf(open);
    } catch (RuntimeException e) {
      open.forEach(SafetensorsFile::close);
      throw e;
    }
  }

  private static void requireAll(Path index, JsonNode map, List<SafetensorsFile> files) {
    for (Map.Entry<String, JsonNode> e : map.properties()) {
      if (files.stream().noneMatch(f -> f.entries().containsKey(e.getKey()))) {
        throw new ModelFormatException(
            index + " lists " + e.getKey() + " in " + e.getValue().asText() + ": not in there");
      }
    }
  }

  private static String missing(Path directory) {
    String text = directory + " has neither " + SINGLE + " nor " + INDEX;
    if (Files.exists(directory.resolve("pytorch_model.bin"))
        || Files.exists(directory.resolve("pytorch_model.bin.index.json"))) {
      text +=
          "; pytorch_model.bin is a Python pickle, which is not read: save the model with"
              + " save_pretrained(..., safe_serialization=True)";
    }
    return text;
  }
}
