package org.lensdl4j.model.onnx;

import java.util.ArrayList;
import java.util.List;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A value that passes between the nodes of an ONNX graph while it is translated: a SameDiff
 * variable, or a value known already, which becomes a variable only if an operator asks for one.
 */
public final class OnnxValue {
  /** Longer integer vectors are data, not shapes. */
  private static final int MAX_ELEMENTS = 64;

  private final Dims context;
  private final String name;
  private final DataType type;
  private final List<Dim> dims;
  private INDArray constant;
  private final List<Dim> elements;
  private final boolean differentiable;
  private SDVariable variable;

  private OnnxValue(
      Dims context,
      String name,
      DataType type,
      List<Dim> dims,
      INDArray constant,
      List<Dim> elements,
      SDVariable variable,
      boolean differentiable) {
    this.context = context;
    this.name = name;
    this.type = type;
    this.dims = List.copyOf(dims);
    this.constant = constant;
    this.elements = elements == null ? null : List.copyOf(elements);
    this.variable = variable;
    this.differentiable = differentiable;
  }

  static OnnxValue variable(
      Dims context, String name, SDVariable v, List<Dim> dims, boolean differentiable) {
    boolean floating = v.dataType().isFPType();
    return new OnnxValue(
        context, name, v.dataType(), dims, null, null, v, differentiable && floating);
  }

  static OnnxValue constant(Dims context, String name, INDArray array) {
    return constant(context, name, array, array.isEmpty() ? new long[] {0} : array.shape());
  }

  static OnnxValue constant(Dims context, String name, INDArray array, long... shape) {
    return new OnnxValue(
        context, name, array.dataType(), Dim.of(shape), array, elements(array), null, false);
  }

  /** A whole number ({@code vector} false) or a vector of them. */
  static OnnxValue elements(
      Dims context, String name, DataType type, List<Dim> elements, boolean vector) {
    return new OnnxValue(
        context,
        name,
        type,
        vector ? Dim.of(new long[] {elements.size()}) : List.of(),
        null,
        elements,
        null,
        false);
  }

  private static List<Dim> elements(INDArray array) {
    boolean whole = array.dataType().isIntType() || array.dataType() == DataType.BOOL;
    if (!whole || array.rank() > 1 || array.length() > MAX_ELEMENTS) {
      return null;
    }
    List<Dim> out = new ArrayList<>();
    for (int i = 0; !array.isEmpty() && i < array.length(); i++) {
      out.add(Dim.of(array.getLong(i)));
    }
    return out;
  }

  /** The name in the file. */
  public String name() {
    return name;
  }

  /** The type that SameDiff computes in; 8-bit integers are FLOAT. */
  public DataType type() {
    return type;
  }

  /** The sizes. */
  public List<Dim> dims() {
    return dims;
  }

  /** The number of axes. */
  public int rank() {
    return dims.size();
  }

  /** Whether the value is known before the graph runs. */
  public boolean isConstant() {
    return constant != null || (elements != null && Dim.allKnown(elements));
  }

  /** Whether trainable weights went into it. */
  public boolean isDifferentiable() {
    return differentiable;
  }

  /**
   * The constant's values; they stay the graph's.
   *
   * @throws IllegalStateException if it is not a constant
   */
  public INDArray constant() {
    if (!isConstant()) {
      throw new IllegalStateException(name + " is not constant");
    }
    if (constant == null) {
      long[] values = Dim.sizes(elements);
      if (values.length == 0) {
        constant = Nd4j.empty(type);
      } else {
        INDArray longs = Nd4j.createFromArray(values).castTo(type);
        constant = rank() == 0 ? longs.reshape() : longs;
      }
    }
    return constant;
  }

  /** The variable in the graph. */
  public SDVariable variable() {
    if (variable == null) {
      if (isConstant()) {
        variable = context.graph().constant(free(name), constant());
      } else {
        SDVariable longs = rank() == 0 ? context.scalar(elements.get(0)) : context.vector(elements);
        variable = type == DataType.LONG ? longs : longs.castTo(type);
      }
    }
    return variable;
  }

  boolean isVariable(SDVariable other) {
    return variable == other;
  }

  private String free(String wanted) {
    return context.graph().hasVariable(wanted)
        ? context.graph().generateNewVarName(wanted, 1)
        : wanted;
  }

  /** Whole numbers of a scalar or vector, known or symbolic; null if there are none. */
  List<Dim> elements() {
    return elements;
  }

  OnnxValue named(String other) {
    return new OnnxValue(context, other, type, dims, constant, elements, variable, differentiable);
  }

  @Override
  public String toString() {
    return name + " " + type + dims;
  }
}
