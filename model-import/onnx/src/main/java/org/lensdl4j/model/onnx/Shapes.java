package org.lensdl4j.model.onnx;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import onnx.Onnx.TensorProto;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Operators that change shapes and not values. */
final class Shapes {
  private Shapes() {}

  static void register(Map<String, OnnxOperator> all) {
    all.put(
        "Shape",
        n -> {
          throw new IllegalStateException("Shape is translated elsewhere");
        });
    all.put("Size", all.get("Shape"));
    all.put("Reshape", Shapes::reshape);
    all.put("Flatten", Shapes::flatten);
    all.put("Transpose", Shapes::transpose);
    all.put("Unsqueeze", Shapes::unsqueeze);
    all.put("Squeeze", Shapes::squeeze);
    all.put("Expand", Shapes::expand);
    all.put("Tile", Shapes::tile);
    all.put("Concat", Shapes::concat);
    all.put("ConstantOfShape", Shapes::constantOfShape);
    all.put("Range", Shapes::range);
  }

  private static void reshaped(OnnxNode n, List<Dim> sizes) {
    if (sizes.equals(n.value(0).dims())) {
      n.output(0, n.value(0));
    } else {
      n.output(0, n.dims().reshape(n.input(0), sizes), sizes);
    }
  }

  static List<Dim> elements(OnnxNode n, int i) {
    List<Dim> elements = n.value(i).elements();
    if (elements == null) {
      throw new IllegalArgumentException(
          "found " + n.value(i) + " that depends on the data, expected sizes");
    }
    return elements;
  }

  private static void reshape(OnnxNode n) {
    List<Dim> from = n.value(0).dims();
    List<Dim> to = new ArrayList<>(elements(n, 1));
    boolean zeroIsZero = n.integer("allowzero", 0) != 0;
    int open = -1;
    Dim rest = Dim.product(from);
    for (int i = 0; i < to.size(); i++) {
      if (to.get(i).is(0) && !zeroIsZero) {
        to.set(i, from.get(i));
      }
      if (to.get(i).is(-1)) {
        if (open >= 0) {
          throw new IllegalArgumentException("found sizes " + to + ", expected at most one -1");
        }
        open = i;
      } else {
        rest = rest == null ? null : rest.dividedBy(to.get(i));
      }
    }
    if (open >= 0 && rest != null) {
      to.set(open, rest);
    }
    if (open < 0 || rest != null) {
      reshaped(n, to);
      return;
    }
    // The run divides: the vector keeps its -1, and the size is read off the result.
    List<Dim> shape = new ArrayList<>(to);
    to.set(open, null);
    n.output(0, n.graph().reshape(n.input(0), n.dims().vector(shape)), to);
  }

  private static void flatten(OnnxNode n) {
    List<Dim> from = n.value(0).dims();
    long axis = n.integer("axis", 1);
    int at = (int) (axis < 0 ? axis + from.size() : axis);
    reshaped(
        n, List.of(Dim.product(from.subList(0, at)), Dim.product(from.subList(at, from.size()))));
  }

  private static void transpose(OnnxNode n) {
    int rank = n.value(0).rank();
    long[] perm = n.integers("perm");
    int[] axes = new int[rank];
    for (int i = 0; i < rank; i++) {
      axes[i] = perm == null ? rank - 1 - i : OnnxNode.axis(perm[i], rank);
    }
    List<Dim> sizes = Arrays.stream(axes).mapToObj(n.value(0).dims()::get).toList();
    n.output(0, n.graph().permute(n.input(0), axes), sizes);
  }

  private static void unsqueeze(OnnxNode n) {
    long[] given = n.integers("axes", 1);
    int rank = n.value(0).rank() + given.length;
    Set<Integer> axes =
        Arrays.stream(given).mapToObj(a -> OnnxNode.axis(a, rank)).collect(Collectors.toSet());
    List<Dim> sizes = new ArrayList<>();
    int next = 0;
    for (int i = 0; i < rank; i++) {
      sizes.add(axes.contains(i) ? Dim.ONE : n.value(0).dims().get(next++));
    }
    reshaped(n, sizes);
  }

  private static void squeeze(OnnxNode n) {
    List<Dim> from = n.value(0).dims();
    long[] given = n.integers("axes", 1);
    List<Dim> sizes = new ArrayList<>();
    for (int i = 0; i < from.size(); i++) {
      int axis = i;
      boolean drop =
          given == null
              ? from.get(i).is(1)
              : Arrays.stream(given).anyMatch(a -> OnnxNode.axis(a, from.size()) == axis);
      if (!drop) {
        sizes.add(from.get(i));
      }
    }
    reshaped(n, sizes);
  }

  private static void expand(OnnxNode n) {
    List<Dim> from = n.value(0).dims();
    List<Dim> sizes = Dims.broadcast(from, elements(n, 1));
    if (sizes.contains(null)) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "found %s to be expanded to %s, expected sizes that are 1 or equal",
              n.value(0),
              elements(n, 1)));
    }
    if (sizes.equals(from)) {
      n.output(0, n.value(0));
    } else {
      n.output(0, n.dims().expand(n.input(0), from, sizes), sizes);
    }
  }

  private static void tile(OnnxNode n) {
    List<Dim> times = elements(n, 1);
    List<Dim> sizes = new ArrayList<>();
    for (int i = 0; i < times.size(); i++) {
      sizes.add(n.value(0).dims().get(i).times(times.get(i)));
    }
    SDVariable x = n.input(0);
    if (Dim.allKnown(times)) {
      int[] repeat = times.stream().mapToInt(d -> Math.toIntExact(d.size())).toArray();
      n.output(0, n.graph().tile(x, repeat), sizes);
    } else {
      n.output(0, n.graph().tile(x, n.dims().vector(times)), sizes);
    }
  }

  private static void concat(OnnxNode n) {
    int axis = OnnxNode.axis(n.integer("axis", 0), n.value(0).rank());
    List<OnnxValue> parts =
        n.values().stream().filter(v -> v.rank() == 0 || !v.dims().get(axis).is(0)).toList();
    if (parts.size() == 1) {
      n.output(0, parts.get(0));
      return;
    }
    List<Dim> sizes = new ArrayList<>(parts.get(0).dims());
    for (OnnxValue v : parts.subList(1, parts.size())) {
      sizes.set(axis, n.dims().add(sizes.get(axis), v.dims().get(axis)));
    }
    SDVariable[] all = parts.stream().map(OnnxValue::variable).toArray(SDVariable[]::new);
    n.output(0, n.graph().concat(axis, all), sizes);
  }

  private static void constantOfShape(OnnxNode n) {
    TensorProto value = n.tensor("value");
    INDArray one = value == null ? null : new OnnxTensors(null).read(value, n.name());
    DataType type = one == null ? DataType.FLOAT : one.dataType();
    double fill = one == null ? 0 : one.getDouble(0);
    List<Dim> sizes = elements(n, 0);
    DataType numeric = type == DataType.BOOL ? DataType.INT : type;
    SDVariable filled = n.graph().fill(n.dims().vector(sizes), numeric, fill);
    n.output(0, type == numeric ? filled : n.graph().neq(filled, 0), sizes);
  }

  private static void range(OnnxNode n) {
    Dim from = one(n, 0);
    Dim to = one(n, 1);
    Dim step = one(n, 2);
    List<Dim> sizes = new ArrayList<>();
    sizes.add(
        from == null || to == null || step == null || !step.is(1)
            ? null
            : n.dims().subtract(to, from));
    n.output(0, n.graph().range(n.input(0), n.input(1), n.input(2), n.value(0).type()), sizes);
  }

  private static Dim one(OnnxNode n, int i) {
    List<Dim> elements = n.value(i).elements();
    return elements == null || elements.size() != 1 ? null : elements.get(0);
  }
}
