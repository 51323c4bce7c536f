package org.lensdl4j.model.onnx;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import onnx.Onnx.AttributeProto;
import onnx.Onnx.NodeProto;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;

/** One node of an ONNX graph with its inputs, as an {@link OnnxOperator} sees it. */
public final class OnnxNode {
  private final NodeProto proto;
  private final long opset;
  private final Dims dims;
  private final List<OnnxValue> inputs;
  private final OnnxValue[] outputs;

  OnnxNode(NodeProto proto, long opset, Dims dims, List<OnnxValue> inputs) {
    this.proto = proto;
    this.opset = opset;
    this.dims = dims;
    this.inputs = inputs;
    this.outputs = new OnnxValue[proto.getOutputCount()];
  }

  /** The operator's name. */
  public String operator() {
    return proto.getOpType();
  }

  /** The node's name, or its first output's. */
  public String name() {
    return name(proto);
  }

  static String name(NodeProto proto) {
    return !proto.getName().isEmpty() || proto.getOutputCount() == 0
        ? proto.getName()
        : proto.getOutput(0);
  }

  /** The version of the operator set that the file was written for. */
  public long opset() {
    return opset;
  }

  /** The graph that is being built. */
  public SameDiff graph() {
    return dims.graph();
  }

  Dims dims() {
    return dims;
  }

  NodeProto proto() {
    return proto;
  }

  /** The number of inputs, left-out ones in between included. */
  public int inputs() {
    return inputs.size();
  }

  /** Whether input {@code i} is given. */
  public boolean has(int i) {
    return i < inputs.size() && inputs.get(i) != null;
  }

  /**
   * Input {@code i}.
   *
   * @throws IllegalArgumentException if it is missing
   */
  public OnnxValue value(int i) {
    if (!has(i)) {
      throw new IllegalArgumentException(
          "found " + inputs.size() + " inputs, expected one at " + i);
    }
    return inputs.get(i);
  }

  /** Input {@code i} as a variable. */
  public SDVariable input(int i) {
    return value(i).variable();
  }

  /** All inputs that are given. */
  public List<OnnxValue> values() {
    List<OnnxValue> out = new ArrayList<>();
    for (int i = 0; i < inputs.size(); i++) {
      if (has(i)) {
        out.add(inputs.get(i));
      }
    }
    return out;
  }

  private AttributeProto attribute(String name) {
    for (AttributeProto a : proto.getAttributeList()) {
      if (a.getName().equals(name)) {
        return a;
      }
    }
    return null;
  }

  /** Whether an attribute is given. */
  public boolean hasAttribute(String name) {
    return attribute(name) != null;
  }

  /** An integer attribute. */
  public long integer(String name, long otherwise) {
    AttributeProto a = attribute(name);
    return a == null ? otherwise : a.getI();
  }

  /** A float attribute. */
  public float number(String name, float otherwise) {
    AttributeProto a = attribute(name);
    return a == null ? otherwise : a.getF();
  }

  /** A text attribute. */
  public String text(String name, String otherwise) {
    AttributeProto a = attribute(name);
    return a == null ? otherwise : a.getS().toStringUtf8();
  }

  /** An attribute of several integers; null if it is not given. */
  public long[] integers(String name) {
    AttributeProto a = attribute(name);
    return a == null ? null : a.getIntsList().stream().mapToLong(Long::longValue).toArray();
  }

  onnx.Onnx.TensorProto tensor(String name) {
    AttributeProto a = attribute(name);
    return a == null ? null : a.getT();
  }

  /** Integers that stand in an attribute or, in later opsets, in input {@code i}; or null. */
  public long[] integers(String name, int i) {
    if (hasAttribute(name) || !has(i)) {
      return integers(name);
    }
    List<Dim> elements = value(i).elements();
    if (elements == null || !Dim.allKnown(elements)) {
      throw new IllegalArgumentException("found " + name + " not constant, expected a constant");
    }
    return Dim.sizes(elements);
  }

  /**
   * An axis that counts from the front.
   *
   * @throws IllegalArgumentException if there is no such axis
   */
  static int axis(long axis, int rank) {
    long front = axis < 0 ? axis + rank : axis;
    if (front < 0 || front >= rank) {
      throw new IllegalArgumentException(
          String.format(Locale.ROOT, "found axis %d for %d axes", axis, rank));
    }
    return (int) front;
  }

  /** Output 0, with the sizes of input 0. */
  public void output(SDVariable variable) {
    output(0, variable, value(0).dims());
  }

  /**
   * Output {@code i}.
   *
   * @param sizes one per axis; null where only a run will tell
   */
  public void output(int i, SDVariable variable, List<Dim> sizes) {
    boolean differentiable = values().stream().anyMatch(OnnxValue::isDifferentiable);
    SDVariable named = rename(variable, proto.getOutput(i));
    List<Dim> all = new ArrayList<>();
    for (int a = 0; a < sizes.size(); a++) {
      Dim d = sizes.get(a);
      all.add(d != null ? d : dims.atom(named.name() + "[" + a + "]", named, a));
    }
    outputs[i] = OnnxValue.variable(dims, proto.getOutput(i), named, all, differentiable);
  }

  /** Output {@code i}, which is a value that is there already. */
  public void output(int i, OnnxValue value) {
    outputs[i] = value.named(proto.getOutput(i));
  }

  OnnxValue[] outputs() {
    return outputs;
  }

  private SDVariable rename(SDVariable v, String name) {
    boolean ownName =
        inputs.stream().noneMatch(x -> x != null && x.isVariable(v)) && !v.isPlaceHolder();
    if (ownName && !name.isEmpty() && !graph().hasVariable(name)) {
      v.rename(name);
    }
    return v;
  }
}
