package org.lensdl4j.model.export;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.lensdl4j.model.base.AtomicFile;
import org.lensdl4j.model.base.AtomicFolder;
import org.lensdl4j.model.base.ModelFormatException;
import org.lensdl4j.model.config.ModelConfig;
import org.lensdl4j.model.config.TensorShapes;
import org.lensdl4j.model.graph.Lora;
import org.lensdl4j.model.graph.LoraAdapters;
import org.lensdl4j.model.weights.HostArrays;
import org.lensdl4j.model.weights.JsonFiles;
import org.lensdl4j.model.weights.SafetensorsFile;
import org.lensdl4j.model.weights.SafetensorsWriter;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Low-rank adapters as a folder of Hugging Face's PEFT: {@code adapter_config.json} and {@code
 * adapter_model.safetensors}, with names such as {@code
 * base_model.model.model.layers.0.self_attn.q_proj.lora_A.weight}.
 *
 * <p>Read are plain LoRA and rsLoRA adapters of one rank beside decoder matrices; whatever else
 * PEFT supports (DoRA, trained biases, further saved modules, ranks by pattern) is refused by name.
 */
public final class AdapterFolder {
  private static final String CONFIG = "adapter_config.json";
  private static final String VALUES = "adapter_model.safetensors";
  private static final String PREFIX = "base_model.model.";
  private static final Pattern NAME = Pattern.compile("(.+)\\.lora_([AB])\\.weight");

  private AdapterFolder() {}

  /**
   * Writes adapters, under the names that a model with its head has in {@code transformers}.
   *
   * @param output a new or empty folder; it appears when it is whole
   * @param baseModel name or path of the model that they belong to
   */
  public static void write(Path output, LoraAdapters adapters, String baseModel) {
    SafetensorsWriter values = new SafetensorsWriter().metadata(Map.of("format", "pt"));
    ModelConfig model = adapters.model();
    new TreeMap<>(adapters.arrays()).forEach((n, a) -> values.add(PREFIX + whole(n, model), a));
    String config = config(adapters, baseModel).toPrettyString() + "\n";
    AtomicFolder.write(
        output,
        values.dataBytes(),
        folder -> {
          values.write(folder.resolve(VALUES));
          AtomicFile.write(folder.resolve(CONFIG), config);
        });
  }

  private static ObjectNode config(LoraAdapters adapters, String baseModel) {
    Lora lora = adapters.settings();
    ObjectNode out = new ObjectMapper().createObjectNode();
    out.put("peft_type", "LORA").put("task_type", "CAUSAL_LM");
    out.put("base_model_name_or_path", baseModel).put("inference_mode", true);
    out.put("r", lora.rank()).put("lora_alpha", lora.alpha()).put("lora_dropout", 0.0);
    out.put("bias", "none").put("use_rslora", lora.rootScale());
    out.put("fan_in_fan_out", adapters.model().structure().transposed());
    Map<Integer, Set<String>> byLayer = new TreeMap<>();
    for (int layer = 0; layer < adapters.model().layers(); layer++) {
      Set<String> found = targets(adapters, layer);
      if (!found.isEmpty()) {
        byLayer.put(layer, found);
      }
    }
    ArrayNode targets = out.putArray("target_modules");
    if (byLayer.values().stream().distinct().count() == 1) {
      byLayer.values().iterator().next().forEach(targets::add);
      byLayer.keySet().forEach(out.putArray("layers_to_transform")::add);
    } else {
      adapters.weights().forEach(w -> targets.add(module(whole(w, adapters.model()))));
    }
    return out;
  }

  /**
   * A layer's adapted matrices by the ends of their names, which are as long as tells them from the
   * layer's others: GPT-2 has two named {@code c_proj}.
   */
  private static Set<String> targets(LoraAdapters adapters, int layer) {
    ModelConfig model = adapters.model();
    Set<String> all = TensorShapes.layer(model, layer).keySet();
    Set<String> out = new TreeSet<>();
    for (String weight : all) {
      if (adapters.weights().contains(weight)) {
        String last = weight.substring(module(weight).lastIndexOf('.'));
        boolean alone = all.stream().filter(w -> w.endsWith(last)).count() == 1;
        String inLayer = weight.substring(model.names().layerPrefix(layer).length());
        out.add(module(alone ? last.substring(1) : inLayer));
      }
    }
    return out;
  }

  /** The name in a model with its head. */
  private static String whole(String name, ModelConfig model) {
    return TensorShapes.wholeModelPrefix(model) + name.substring(model.names().prefix().length());
  }

  /** The model's name of what a file names with or without what a model with its head has. */
  private static String own(String name, ModelConfig model) {
    String prefix = TensorShapes.wholeModelPrefix(model);
    return model.names().prefix()
        + (name.startsWith(prefix) ? name.substring(prefix.length()) : name);
  }

  private static String module(String weight) {
    return weight.substring(0, weight.length() - ".weight".length());
  }

  /**
   * Reads adapters of a model.
   *
   * @throws ModelFormatException naming the file and what is wrong with it, or not of this model
   */
  public static LoraAdapters read(Path folder, ModelConfig model) {
    Path configFile = folder.resolve(CONFIG);
    JsonNode config = JsonFiles.read(configFile);
    refuseUnknown(configFile, config, model);
    Map<String, INDArray> arrays = new LinkedHashMap<>();
    try (SafetensorsFile file = SafetensorsFile.open(folder.resolve(VALUES))) {
      Lora lora = settings(configFile, config, modules(file, model));
      for (SafetensorsFile.Entry e : file.entries().values()) {
        requireShape(file.path(), e, lora.rank(), model);
        arrays.put(own(e.name().substring(PREFIX.length()), model), array(file, e));
      }
      return new LoraAdapters(lora, model, arrays);
    } catch (IllegalArgumentException e) {
      arrays.values().forEach(INDArray::close);
      throw new ModelFormatException(folder + ": " + e.getMessage(), e);
    } catch (RuntimeException e) {
      arrays.values().forEach(INDArray::close);
      throw e;
    }
  }

  private static void refuseUnknown(Path file, JsonNode config, ModelConfig model) {
    require(file, config, "peft_type", config.path("peft_type").asText().equals("LORA"), "LORA");
    String bias = config.path("bias").asText("none");
    require(file, config, "bias", bias.equals("none"), "none");
    require(file, config, "use_dora", !config.path("use_dora").asBoolean(false), "false");
    // PEFT itself takes false for true where matrices are stored [in, out].
    boolean turned = config.path("fan_in_fan_out").asBoolean(false);
    require(file, config, "fan_in_fan_out", !turned || model.structure().transposed(), "false");
    for (String list :
        List.of("modules_to_save", "rank_pattern", "alpha_pattern", "layer_replication")) {
      require(file, config, list, config.path(list).isEmpty(), "nothing");
    }
    require(file, config, "r", config.path("r").canConvertToInt(), "a whole number");
    require(file, config, "lora_alpha", config.path("lora_alpha").isNumber(), "a number");
  }

  private static void require(
      Path file, JsonNode config, String key, boolean holds, String expected) {
    if (!holds) {
      throw new ModelFormatException(
          String.format(
              Locale.ROOT, "%s: %s is %s, expected %s", file, key, config.path(key), expected));
    }
  }

  private static Lora settings(Path file, JsonNode config, Collection<String> modules) {
    try {
      return Lora.rank(config.path("r").intValue())
          .alpha(config.path("lora_alpha").doubleValue())
          .rootScale(config.path("use_rslora").asBoolean(false))
          .targets(modules.toArray(String[]::new));
    } catch (IllegalArgumentException e) {
      throw new ModelFormatException(file + ": " + e.getMessage(), e);
    }
  }

  private static Set<String> modules(SafetensorsFile file, ModelConfig model) {
    Set<String> out = new TreeSet<>();
    for (String name : file.entries().keySet()) {
      Matcher m = NAME.matcher(name);
      if (!name.startsWith(PREFIX) || !m.matches()) {
        throw new ModelFormatException(
            String.format(
                Locale.ROOT,
                "%s: %s is no adapter of a decoder matrix, expected names like %smodel.layers.0.self_attn.q_proj.lora_A.weight",
                file.path(),
                name,
                PREFIX));
      }
      out.add(own(m.group(1).substring(PREFIX.length()), model));
    }
    return out;
  }

  /** Before memory is taken: that of a matrix's adapter of this rank. */
  private static void requireShape(
      Path file, SafetensorsFile.Entry e, int rank, ModelConfig model) {
    Matcher m = NAME.matcher(own(e.name().substring(PREFIX.length()), model));
    List<Long> matrix =
        m.matches() ? TensorShapes.tensors(model).get(m.group(1) + ".weight") : null;
    if (matrix == null || matrix.size() != 2) {
      throw new ModelFormatException(
          String.format(Locale.ROOT, "%s: %s belongs to no matrix of this model", file, e.name()));
    }
    boolean a = m.group(2).equals("A");
    long side = matrix.get(a == model.structure().transposed() ? 0 : 1);
    List<Long> expected = a ? List.of((long) rank, side) : List.of(side, (long) rank);
    if (!e.shape().equals(expected)) {
      throw new ModelFormatException(
          String.format(
              Locale.ROOT,
              "%s: %s has shape %s, expected %s",
              file,
              e.name(),
              e.shape(),
              expected));
    }
  }

  private static INDArray array(SafetensorsFile file, SafetensorsFile.Entry e) {
    float[] values = file.readFloats(e.name());
    long[] shape = e.shape().stream().mapToLong(Long::longValue).toArray();
    INDArray out = Nd4j.createUninitializedDetached(DataType.FLOAT, shape);
    HostArrays.put(out, 0, values, 0, values.length);
    return out;
  }
}
