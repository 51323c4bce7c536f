package org.lensdl4j.model.onnx;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import onnx.Onnx.ModelProto;
import org.lensdl4j.model.base.ModelFormatException;
import org.lensdl4j.model.graph.Tap;
import org.lensdl4j.model.graph.TappedGraph;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.VariableType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A model from an ONNX file as a SameDiff graph.
 *
 * <p>Placeholders, outputs, weights and the results of nodes have the names of the file. Sizes
 * without a number in the file (batch, length) may differ from run to run. Hidden states are found
 * by following the residual stream and can be read, or a loss attached to, by name.
 *
 * <pre>{@code
 * try (OnnxModel model = OnnxModel.open(Path.of("encoder.onnx"))) {
 *   Map<String, INDArray> states = model.tapped().states(Map.of("input_ids", ids, ...));
 * }
 * }</pre>
 *
 * <p>Files are not trusted: sizes are checked before memory is allocated, and data files are read
 * only from the model's folder. All weights become FLOAT. One call at a time: each thread needs a
 * model of its own.
 */
public final class OnnxModel implements AutoCloseable {
  private final Path file;
  private final Translator translated;
  private final long opset;
  private final TappedGraph tapped;

  private OnnxModel(Path file, Translator translated, long opset, List<Tap> taps) {
    this.file = file;
    this.translated = translated;
    this.opset = opset;
    this.tapped =
        TappedGraph.of(
            translated.sameDiff(),
            translated.inputs().stream().map(OnnxInput::name).toList(),
            taps);
  }

  /**
   * Opens a model whose weights are all constant.
   *
   * @throws ModelFormatException if the file is missing, damaged, or uses operators that are not
   *     supported (all of which the message lists, with their nodes)
   */
  public static OnnxModel open(Path file) {
    return builder(file).open();
  }

  /** Opens a model with choices. */
  public static Builder builder(Path file) {
    return new Builder(file);
  }

  /** Choices for opening a model. */
  public static final class Builder {
    private final Path file;
    private OnnxOperators operators = OnnxOperators.standard();
    private Predicate<String> trainable = name -> false;

    private Builder(Path file) {
      this.file = file;
    }

    /** The operators; default {@link OnnxOperators#standard()}. */
    public Builder operators(OnnxOperators known) {
      this.operators = known;
      return this;
    }

    /**
     * Which weights become trainable variables; default none. Exporters rename weights of linear
     * layers ({@code onnx::MatMul_123}), so the pattern is looked for in the names of the weight
     * and of the nodes that use it ({@code /encoder/layer.5/output/dense/MatMul}).
     *
     * @param pattern a regular expression that some part of a name matches
     */
    public Builder trainable(String pattern) {
      this.trainable = Pattern.compile(pattern).asPredicate();
      return this;
    }

    /**
     * Opens the model.
     *
     * @throws ModelFormatException as {@link OnnxModel#open}
     */
    public OnnxModel open() {
      ModelProto model = OnnxFile.read(file);
      Translator translator = new Translator(file, model, operators, trainable);
      translator.run();
      List<Tap> taps = ResidualStream.find(model.getGraph(), translator.values());
      return new OnnxModel(file, translator, OnnxFile.opset(model, file), taps);
    }
  }

  /** The file. */
  public Path file() {
    return file;
  }

  /** The version of the operator set that the file was written for. */
  public long opset() {
    return opset;
  }

  /** The graph; closed with this model. */
  public SameDiff graph() {
    return translated.sameDiff();
  }

  /** What a name of the file stands for; null if nothing does. */
  OnnxValue value(String name) {
    return translated.values().get(name);
  }

  /** The inputs. */
  public List<OnnxInput> inputs() {
    return List.copyOf(translated.inputs());
  }

  /** Names of the outputs. */
  public List<String> outputs() {
    return translated.outputs();
  }

  /** Names of the trainable weights. */
  public List<String> trainable() {
    return graph().variables().stream()
        .filter(v -> v.getVariableType() == VariableType.VARIABLE)
        .map(SDVariable::name)
        .toList();
  }

  /** The graph with its hidden states; closed with this model. */
  public TappedGraph tapped() {
    return tapped;
  }

  /**
   * Computes all outputs.
   *
   * @param arrays one per input, of its type and sizes; they stay the caller's
   * @return by output name; the caller closes them
   * @throws IllegalArgumentException if an input is missing, unknown, or does not fit
   */
  public Map<String, INDArray> run(Map<String, INDArray> arrays) {
    return run(arrays, outputs());
  }

  /** Computes any variables of the graph, by name. */
  public Map<String, INDArray> run(Map<String, INDArray> arrays, Collection<String> variables) {
    checkSizes(arrays);
    return tapped.run(arrays, variables);
  }

  /** Sizes of one name must be equal in all inputs. */
  private void checkSizes(Map<String, INDArray> arrays) {
    Map<Dim, Long> seen = new HashMap<>();
    for (OnnxInput input : translated.inputs()) {
      INDArray array = arrays.get(input.name());
      for (int i = 0; array != null && i < Math.min(array.rank(), input.sizes().size()); i++) {
        Dim d = input.sizes().get(i);
        Long other = seen.putIfAbsent(d, array.size(i));
        if (!d.isKnown() && other != null && other != array.size(i)) {
          throw new IllegalArgumentException(
              String.format(
                  Locale.ROOT,
                  "input '%s': found %s, expected %s, with %s = %d as in the inputs before",
                  input.name(),
                  Arrays.toString(array.shape()),
                  input.sizes(),
                  d,
                  other));
        }
      }
    }
  }

  @Override
  public void close() {
    tapped.close();
    translated.close();
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "%s: opset %d, inputs %s, outputs %s",
        file.getFileName(),
        opset,
        translated.inputs(),
        outputs());
  }
}
