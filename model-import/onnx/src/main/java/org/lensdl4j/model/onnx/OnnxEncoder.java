package org.lensdl4j.model.onnx;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import onnx.Onnx.GraphProto;
import onnx.Onnx.NodeProto;
import onnx.Onnx.TensorProto;
import org.lensdl4j.model.SentencePooling;
import org.lensdl4j.model.TransformerModel;
import org.lensdl4j.model.base.AtomicFile;
import org.lensdl4j.model.base.AtomicFolder;
import org.lensdl4j.model.base.ModelFormatException;
import org.lensdl4j.model.graph.TokenInputs;
import org.lensdl4j.model.text.TokenSequence;
import org.lensdl4j.model.trunk.HiddenStates;
import org.lensdl4j.model.trunk.Outputs;
import org.lensdl4j.model.trunk.Pooling;
import org.lensdl4j.model.trunk.Trunk;
import org.lensdl4j.model.weights.DType;
import org.lensdl4j.model.weights.SafetensorsWriter;
import org.lensdl4j.model.weights.TensorSource;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Makes a Hugging Face directory of a BERT encoder that is published as an ONNX file with a {@code
 * tokenizer.json}: what is trained, probed and evaluated is such a directory. Nothing is guessed
 * that is not checked: the directory is kept only if it computes what the file computes.
 */
public final class OnnxEncoder {
  private static final String EMBEDDING = "embeddings.word_embeddings.weight";
  private static final String LAYER = "encoder.layer.";

  /** Sums in another order differ by a few millionths. */
  private static final double TOLERANCE = 1e-4;

  private static final List<Integer> LENGTHS = List.of(7, 1, 12);

  private final Path file;
  private final GraphProto graph;
  private final Map<String, OnnxNames.Stored> names = new TreeMap<>();

  private OnnxEncoder(Path file) {
    this.file = file;
    this.graph = OnnxFile.read(file).getGraph();
    Map<String, OnnxNames.Stored> all = OnnxNames.of(graph);
    String prefix =
        all.keySet().stream()
            .filter(n -> n.endsWith(EMBEDDING))
            .map(n -> n.substring(0, n.length() - EMBEDDING.length()))
            .findFirst()
            .orElseThrow(() -> refused("found no weight '" + EMBEDDING + "'"));
    all.forEach(
        (name, stored) -> {
          String own = name.startsWith(prefix) ? name.substring(prefix.length()) : "";
          boolean used = own.startsWith("embeddings.") || own.startsWith(LAYER);
          if (used && stored.tensor().getDataType() == TensorProto.DataType.FLOAT.getNumber()) {
            names.put(own, stored);
          }
        });
  }

  /**
   * Writes the directory: {@code config.json}, {@code model.safetensors} with all weights in 32
   * bits, {@code tokenizer.json}, and how the states of a text's tokens become one.
   *
   * @param file of BERT's form, its weights in 32 bits
   * @param tokenizer the encoder's {@code tokenizer.json}
   * @param pooling {@link Pooling#MEAN} or {@link Pooling#FIRST}, which the file does not say: its
   *     publisher does
   * @param output a new or empty folder
   * @throws ModelFormatException if the file is of another form, which the directory would not
   *     compute; nothing is then left of it
   */
  public static void write(Path file, Path tokenizer, Pooling pooling, Path output) {
    if (!Files.isRegularFile(tokenizer)) {
      throw new ModelFormatException("There is no file " + tokenizer);
    }
    OnnxEncoder encoder = new OnnxEncoder(file);
    try (OnnxModel model = OnnxModel.open(file)) {
      String config = encoder.config(model);
      AtomicFolder.write(
          output,
          encoder.bytes(),
          folder -> {
            AtomicFile.write(folder.resolve("config.json"), config);
            Files.copy(tokenizer, folder.resolve("tokenizer.json"));
            SentencePooling.write(pooling, encoder.hidden(), folder);
            encoder.weights().write(folder.resolve("model.safetensors"));
            encoder.compare(model, folder);
          });
    }
  }

  private long bytes() {
    return names.values().stream().mapToLong(s -> s.tensor().getSerializedSize()).sum();
  }

  private SafetensorsWriter weights() {
    OnnxTensors tensors = new OnnxTensors(file);
    SafetensorsWriter writer = new SafetensorsWriter().metadata(Map.of("format", "pt"));
    names.forEach(
        (name, s) -> {
          List<Long> dims = new ArrayList<>(s.tensor().getDimsList());
          if (s.turned()) {
            Collections.reverse(dims);
          }
          long[] shape = dims.stream().mapToLong(Long::longValue).toArray();
          writer.add(
              name, DType.F32, shape, TensorSource.of(() -> array(tensors, name, s), DType.F32));
        });
    return writer;
  }

  /** A weight as PyTorch has it; the caller's to close. */
  static INDArray array(OnnxTensors tensors, String name, OnnxNames.Stored stored) {
    INDArray array = tensors.read(stored.tensor(), "weight '" + name + "'");
    if (!stored.turned()) {
      return array;
    }
    try (array) {
      return array.transpose().dup('c');
    }
  }

  private String config(OnnxModel model) {
    int layers = 0;
    while (names.containsKey(LAYER + layers + ".output.dense.weight")) {
      layers++;
    }
    if (layers == 0) {
      throw refused("found no weight '" + LAYER + "0.output.dense.weight' in 32 bits");
    }
    return String.format(
        Locale.ROOT,
        """
        {
          "architectures": ["BertModel"],
          "model_type": "bert",
          "hidden_size": %d,
          "num_hidden_layers": %d,
          "num_attention_heads": %d,
          "intermediate_size": %d,
          "vocab_size": %d,
          "max_position_embeddings": %d,
          "type_vocab_size": %d,
          "layer_norm_eps": %s,
          "hidden_act": "%s",
          "pad_token_id": 0,
          "torch_dtype": "float32"
        }
        """,
        hidden(),
        layers,
        heads(model),
        rows(LAYER + "0.intermediate.dense.bias"),
        rows(EMBEDDING),
        rows("embeddings.position_embeddings.weight"),
        rows("embeddings.token_type_embeddings.weight"),
        epsilon(model),
        activation());
  }

  private int hidden() {
    return (int) rows("embeddings.LayerNorm.bias");
  }

  private long rows(String name) {
    OnnxNames.Stored stored = names.get(name);
    if (stored == null || stored.tensor().getDimsCount() == 0) {
      throw refused("found no weight '" + name + "' in 32 bits");
    }
    return stored.tensor().getDims(0);
  }

  /** Of the first product of two computed states: queries [texts, heads, tokens, width] by keys. */
  private long heads(OnnxModel model) {
    for (NodeProto node : graph.getNodeList()) {
      OnnxValue left = node.getOpType().equals("MatMul") ? model.value(node.getInput(0)) : null;
      if (left != null && left.rank() == 4 && left.dims().get(1).isKnown()) {
        return left.dims().get(1).size();
      }
    }
    throw refused("found no attention over a known number of heads");
  }

  /** What is added to variances: the one small number that anything is added to. */
  private float epsilon(OnnxModel model) {
    for (NodeProto node : graph.getNodeList()) {
      if (node.getOpType().equals("LayerNormalization")) {
        return node.getAttributeList().stream()
            .filter(a -> a.getName().equals("epsilon"))
            .map(a -> a.getF())
            .findFirst()
            .orElse(1e-5f);
      }
      for (String input :
          node.getOpType().equals("Add") ? node.getInputList() : List.<String>of()) {
        OnnxValue value = model.value(input);
        boolean number = value != null && value.isConstant() && value.constant().length() == 1;
        float found = number ? value.constant().getFloat(0) : 0;
        if (found > 0 && found < 1e-2f) {
          return found;
        }
      }
    }
    throw refused("found no norm of layers");
  }

  private String activation() {
    for (NodeProto node : graph.getNodeList()) {
      switch (node.getOpType()) {
        case "Erf", "Gelu" -> {
          return "gelu";
        }
        case "Relu" -> {
          return "relu";
        }
        default -> {
          // Not one that tells activations apart; Tanh is the pooler's too.
        }
      }
    }
    return "gelu_new";
  }

  private void compare(OnnxModel model, Path folder) {
    SplittableRandom random = new SplittableRandom(1);
    int words = (int) rows(EMBEDDING);
    List<int[]> ids = new ArrayList<>();
    for (int length : LENGTHS) {
      ids.add(random.ints(length, 1, words).toArray());
    }
    Map<String, INDArray> inputs = TokenInputs.of(model.tapped(), ids, 0);
    String output = model.outputs().get(0);
    try (TransformerModel written = TransformerModel.open(folder);
        Trunk trunk = written.trunk().build();
        HiddenStates states = trunk.embed(ids.stream().map(TokenSequence::of).toList());
        INDArray expected = model.run(inputs, List.of(output)).get(output)) {
      int known = written.tokenizer().size();
      if (known > words) {
        throw refused("found " + known + " tokens in the tokenizer and " + words + " in the file");
      }
      trunk.advance(states, written.config().layers(), Outputs.ALL_TOKENS, null);
      if (expected.rank() != 3) {
        throw refused("the first output, '" + output + "', has no state for each token");
      }
      double most = 0;
      float[] row = new float[hidden()];
      for (int t = 0; t < ids.size(); t++) {
        for (int i = 0; i < ids.get(t).length; i++) {
          states.token(t, i, row);
          for (int k = 0; k < row.length; k++) {
            most = Math.max(most, Math.abs(row[k] - expected.getDouble(t, i, k)));
          }
        }
      }
      if (!(most < TOLERANCE)) {
        throw refused("its states are not BERT's: they differ by " + most);
      }
    } finally {
      inputs.values().forEach(INDArray::close);
    }
  }

  private ModelFormatException refused(String what) {
    return new ModelFormatException(
        file + ": " + what + "; expected a BERT encoder as PyTorch exports it");
  }
}
