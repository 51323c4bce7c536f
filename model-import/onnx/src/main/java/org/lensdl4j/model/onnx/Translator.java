package org.lensdl4j.model.onnx;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import onnx.Onnx.GraphProto;
import onnx.Onnx.ModelProto;
import onnx.Onnx.NodeProto;
import onnx.Onnx.TensorProto;
import onnx.Onnx.TensorShapeProto.Dimension;
import onnx.Onnx.TypeProto;
import onnx.Onnx.ValueInfoProto;
import org.lensdl4j.model.base.ModelFormatException;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Builds a SameDiff graph from the nodes of an ONNX file, in their order. */
final class Translator {
  /** Constants that are larger in all are computed from in every run, not once. */
  private static final long MAX_FOLDED = 1 << 22;

  private static final long MAX_RESULT = 1 << 28;

  private final Path file;
  private final GraphProto graph;
  private final long opset;
  private final OnnxOperators operators;
  private final Predicate<String> trainable;
  private final SameDiff sameDiff = SameDiff.create();
  private final Dims dims = new Dims(sameDiff);
  private final OnnxTensors tensors;
  private final Map<String, OnnxValue> values = new HashMap<>();
  private final Map<String, List<String>> users = new HashMap<>();
  private final List<OnnxInput> inputs = new ArrayList<>();
  private final List<INDArray> owned = new ArrayList<>();

  Translator(Path file, ModelProto model, OnnxOperators operators, Predicate<String> trainable) {
    this.file = file;
    this.graph = model.getGraph();
    this.opset = OnnxFile.opset(model, file);
    this.operators = operators;
    this.trainable = trainable;
    this.tensors = new OnnxTensors(file);
  }

  /** Translates everything; on failure nothing is left behind. */
  void run() {
    try {
      requireOperators();
      for (NodeProto node : graph.getNodeList()) {
        for (String input : node.getInputList()) {
          users.computeIfAbsent(input, k -> new ArrayList<>()).add(OnnxNode.name(node));
        }
      }
      Set<String> weights = new HashSet<>();
      for (TensorProto t : graph.getInitializerList()) {
        weights.add(t.getName());
        initializer(t);
      }
      for (ValueInfoProto v : graph.getInputList()) {
        if (!weights.contains(v.getName())) {
          input(v);
        }
      }
      for (NodeProto node : graph.getNodeList()) {
        translate(node);
      }
      graph.getOutputList().forEach(o -> output(o.getName()));
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  SameDiff sameDiff() {
    return sameDiff;
  }

  List<OnnxInput> inputs() {
    return inputs;
  }

  List<String> outputs() {
    return graph.getOutputList().stream().map(ValueInfoProto::getName).toList();
  }

  Map<String, OnnxValue> values() {
    return values;
  }

  void close() {
    owned.stream().filter(INDArray::closeable).forEach(INDArray::close);
    owned.clear();
  }

  private void requireOperators() {
    Map<String, List<String>> missing = new TreeMap<>();
    for (NodeProto node : graph.getNodeList()) {
      String key = OnnxOperators.key(node.getDomain(), node.getOpType());
      if (!key.equals("Constant") && operators.find(node.getDomain(), node.getOpType()) == null) {
        missing.computeIfAbsent(key, k -> new ArrayList<>()).add(OnnxNode.name(node));
      }
    }
    if (!missing.isEmpty()) {
      String all =
          missing.entrySet().stream()
              .map(
                  e ->
                      String.format(
                          Locale.ROOT, "%s (%s)", e.getKey(), String.join(", ", e.getValue())))
              .collect(Collectors.joining("; "));
      throw new ModelFormatException(
          String.format(
              Locale.ROOT,
              "%s: %d operators are not supported, with their nodes: %s. OnnxOperators.with adds one",
              file,
              missing.size(),
              all));
    }
  }

  private void initializer(TensorProto t) {
    INDArray array = tensors.read(t, "initializer '" + t.getName() + "'");
    owned.add(array);
    boolean train =
        array.dataType().isFPType()
            && (trainable.test(t.getName())
                || users.getOrDefault(t.getName(), List.of()).stream().anyMatch(trainable));
    OnnxValue value;
    if (train) {
      SDVariable variable = sameDiff.var(t.getName(), array);
      value = OnnxValue.variable(dims, t.getName(), variable, Dim.of(array.shape()), true);
    } else {
      long[] shape = t.getDimsList().stream().mapToLong(Long::longValue).toArray();
      value = OnnxValue.constant(dims, t.getName(), array, shape);
    }
    values.put(t.getName(), value);
  }

  private void input(ValueInfoProto v) {
    TypeProto.Tensor type = v.getType().getTensorType();
    String what = "input '" + v.getName() + "'";
    if (!v.getType().hasTensorType() || !type.hasShape()) {
      throw new ModelFormatException(
          file + ": " + what + ": found no shape, expected a tensor with a number of axes");
    }
    DataType dataType = tensors.type(type.getElemType(), what);
    int rank = type.getShape().getDimCount();
    long[] shape = new long[rank];
    String[] names = new String[rank];
    for (int i = 0; i < rank; i++) {
      Dimension d = type.getShape().getDim(i);
      boolean known = d.hasDimValue() && d.getDimValue() > 0;
      shape[i] = known ? d.getDimValue() : -1;
      names[i] = known || d.getDimParam().isEmpty() ? null : d.getDimParam();
    }
    tellApart(names);
    SDVariable placeholder = sameDiff.placeHolder(v.getName(), dataType, shape);
    List<Dim> sizes = new ArrayList<>();
    for (int i = 0; i < rank; i++) {
      sizes.add(shape[i] >= 0 ? Dim.of(shape[i]) : symbol(names[i], v.getName(), placeholder, i));
    }
    inputs.add(new OnnxInput(v.getName(), dataType, sizes));
    values.put(v.getName(), OnnxValue.variable(dims, v.getName(), placeholder, sizes, false));
  }

  /**
   * Exporters have called both axes of texts "batch": a name that stands twice in one input does
   * not say that the sizes are equal, but what stands there first is the same in all inputs, and
   * what stands there next.
   */
  private static void tellApart(String[] names) {
    for (int i = names.length - 1; i > 0; i--) {
      String name = names[i];
      long before = Arrays.stream(names, 0, i).filter(n -> n != null && n.equals(name)).count();
      if (name != null && before > 0) {
        names[i] = name + "'".repeat((int) before);
      }
    }
  }

  private final Map<String, Dim> symbols = new LinkedHashMap<>();

  private Dim symbol(String name, String input, SDVariable placeholder, int axis) {
    return name == null
        ? dims.atom(input + "[" + axis + "]", placeholder, axis)
        : symbols.computeIfAbsent(name, n -> dims.atom(n, placeholder, axis));
  }

  private void translate(NodeProto proto) {
    String what =
        String.format(Locale.ROOT, "node '%s' (%s)", OnnxNode.name(proto), proto.getOpType());
    try {
      List<OnnxValue> inputs = new ArrayList<>();
      for (String name : proto.getInputList()) {
        OnnxValue value = name.isEmpty() ? null : values.get(name);
        if (value == null && !name.isEmpty()) {
          throw new IllegalArgumentException(
              "found input '" + name + "', which nothing before this node yields");
        }
        inputs.add(value);
      }
      OnnxValue[] results = results(proto, inputs, what);
      for (int i = 0; i < results.length; i++) {
        String name = proto.getOutput(i);
        if (!name.isEmpty() && results[i] != null) {
          values.put(name, results[i]);
        }
      }
    } catch (ModelFormatException e) {
      throw e;
    } catch (RuntimeException e) {
      throw new ModelFormatException(
          String.format(Locale.ROOT, "%s: %s: %s", file, what, e.getMessage()), e);
    }
  }

  private OnnxValue[] results(NodeProto proto, List<OnnxValue> inputs, String what) {
    OnnxNode node = new OnnxNode(proto, opset, dims, inputs);
    OnnxOperator operator = operators.find(proto.getDomain(), proto.getOpType());
    if (operator == null) {
      return new OnnxValue[] {constant(node, what)};
    }
    if (ShapeMath.translate(node)) {
      return node.outputs();
    }
    if (isFoldable(inputs)) {
      return fold(proto, operator, inputs);
    }
    operator.translate(node);
    return node.outputs();
  }

  private OnnxValue constant(OnnxNode node, String what) {
    TensorProto tensor = node.tensor("value");
    INDArray array;
    if (tensor != null) {
      array = tensors.read(tensor, what);
      owned.add(array);
      long[] shape = tensor.getDimsList().stream().mapToLong(Long::longValue).toArray();
      return OnnxValue.constant(dims, node.proto().getOutput(0), array, shape);
    }
    array = Constants.ofAttributes(node);
    owned.add(array);
    return OnnxValue.constant(dims, node.proto().getOutput(0), array);
  }

  private static boolean isFoldable(List<OnnxValue> inputs) {
    long size = 0;
    boolean any = false;
    for (OnnxValue v : inputs) {
      if (v != null) {
        if (!v.isConstant()) {
          return false;
        }
        any = true;
        size += v.constant().length();
      }
    }
    return any && size <= MAX_FOLDED;
  }

  /** Computes a node whose inputs are all known, in a graph of its own. */
  private OnnxValue[] fold(NodeProto proto, OnnxOperator operator, List<OnnxValue> inputs) {
    SameDiff scratch = SameDiff.create();
    Dims own = new Dims(scratch);
    List<OnnxValue> copies = new ArrayList<>();
    for (OnnxValue v : inputs) {
      copies.add(
          v == null ? null : OnnxValue.constant(own, v.name(), v.constant(), Dim.sizes(v.dims())));
    }
    OnnxNode node = new OnnxNode(proto, opset, own, copies);
    operator.translate(node);
    for (OnnxValue v : node.outputs()) {
      if (v != null && Dim.allKnown(v.dims()) && Dim.product(v.dims()).size() > MAX_RESULT) {
        throw new IllegalArgumentException("found a constant of sizes " + v.dims());
      }
    }
    OnnxValue[] out = new OnnxValue[node.outputs().length];
    for (int i = 0; i < out.length; i++) {
      OnnxValue v = node.outputs()[i];
      if (v != null) {
        INDArray result = v.isConstant() ? v.constant() : v.variable().eval();
        if (!v.isConstant()) {
          owned.add(result);
        }
        out[i] = OnnxValue.constant(dims, proto.getOutput(i), result);
      }
    }
    return out;
  }

  private void output(String name) {
    OnnxValue value = values.get(name);
    if (value == null) {
      throw new ModelFormatException(file + ": found output '" + name + "', which no node yields");
    }
    SDVariable variable = value.variable();
    if (!variable.name().equals(name)) {
      sameDiff.identity(name, variable);
    }
  }
}
