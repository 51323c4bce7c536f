package org.lensdl4j.model.export;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.lensdl4j.model.base.AtomicFile;
import org.lensdl4j.model.weights.DType;
import org.lensdl4j.model.weights.JsonFiles;

/**
 * Lets {@code config.json} name a type that holds both the tensors that were changed and the
 * others: readers take the type to compute in from there.
 */
final class RetypedConfig {
  private static final Map<DType, String> NAMES =
      Map.of(DType.F32, "float32", DType.F16, "float16", DType.BF16, "bfloat16");
  private static final Set<String> NARROW = Set.of("float16", "bfloat16");

  private RetypedConfig() {}

  static void write(Path folder, DType type) throws IOException {
    Path file = folder.resolve("config.json");
    if (!Files.exists(file) || !(JsonFiles.read(file) instanceof ObjectNode config)) {
      return;
    }
    boolean differs = false;
    for (String key : List.of("dtype", "torch_dtype")) {
      String named = config.path(key).asText();
      if (NARROW.contains(named) && !named.equals(NAMES.get(type))) {
        config.put(key, NAMES.get(DType.F32));
        differs = true;
      }
    }
    if (differs) {
      Files.delete(file);
      AtomicFile.write(
          file,
          new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(config) + "\n");
    }
  }
}
