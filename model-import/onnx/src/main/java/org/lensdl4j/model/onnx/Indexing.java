package org.lensdl4j.model.onnx;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ops.impl.scatter.ScatterNdUpdate;

/**
 * Operators that select values by index. SameDiff's gather has no gradient and reads out of bounds
 * for negative indices, so whatever must be differentiable is sliced, or multiplied by one-hot
 * rows.
 */
final class Indexing {
  private Indexing() {}

  static void register(Map<String, OnnxOperator> all) {
    all.put("Gather", Indexing::gather);
    all.put("Slice", Indexing::slice);
    all.put("Split", Indexing::split);
    all.put("Trilu", Indexing::trilu);
    all.put("ScatterND", Indexing::scatterNd);
  }

  private static void gather(OnnxNode n) {
    OnnxValue data = n.value(0);
    OnnxValue index = n.value(1);
    int axis = OnnxNode.axis(n.integer("axis", 0), data.rank());
    if (index.isConstant() && index.elements() != null && index.elements().size() == 1) {
      List<Dim> sizes = new ArrayList<>(data.dims());
      Dim at = index.elements().get(0);
      Dim from = at.size() < 0 ? n.dims().add(data.dims().get(axis), at) : at;
      SDVariable part = slice(n, n.input(0), axis, from, Dim.ONE);
      sizes.set(axis, Dim.ONE);
      if (index.rank() == 0) {
        sizes.remove(axis);
        part = n.dims().reshape(part, sizes);
      }
      n.output(0, part, sizes);
      return;
    }
    List<Dim> sizes = new ArrayList<>(data.dims().subList(0, axis));
    sizes.addAll(index.dims());
    sizes.addAll(data.dims().subList(axis + 1, data.rank()));
    SDVariable from = fromFront(n, index, data.dims().get(axis));
    if (data.isDifferentiable()) {
      n.output(0, oneHotProduct(n, axis, index, from), sizes);
    } else {
      n.output(0, n.graph().gather(n.input(0), from, axis), sizes);
    }
  }

  /** Negative indices count from the end. */
  private static SDVariable fromFront(OnnxNode n, OnnxValue index, Dim size) {
    SDVariable i = index.variable();
    if (index.isConstant() && index.constant().minNumber().longValue() >= 0) {
      return i;
    }
    SDVariable negative = n.graph().lt(i, 0).castTo(i.dataType());
    return i.add(negative.mul(n.dims().scalar(size).castTo(i.dataType())));
  }

  private static SDVariable oneHotProduct(OnnxNode n, int axis, OnnxValue index, SDVariable from) {
    List<Dim> table = n.value(0).dims();
    if (axis != 0 || !table.get(0).isKnown()) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "found %s indexed along axis %d, which has no gradient; expected axis 0 of a known size",
              n.value(0),
              axis));
    }
    SameDiff g = n.graph();
    Dims dims = n.dims();
    Dim count = Dim.product(index.dims());
    SDVariable rows =
        g.oneHot(
            dims.reshape(from, List.of(count)),
            Math.toIntExact(table.get(0).size()),
            1,
            1,
            0,
            n.value(0).type());
    List<Dim> rest = table.subList(1, table.size());
    SDVariable product =
        rows.mmul(dims.reshape(n.input(0), List.of(table.get(0), Dim.product(rest))));
    List<Dim> sizes = new ArrayList<>(index.dims());
    sizes.addAll(rest);
    return dims.reshape(product, sizes);
  }

  /** {@code size} indices of one axis from {@code from} on. */
  private static SDVariable slice(OnnxNode n, SDVariable x, int axis, Dim from, Dim size) {
    List<Dim> begin = new ArrayList<>();
    List<Dim> end = new ArrayList<>();
    for (int a = 0; a < axis; a++) {
      begin.add(Dim.of(0));
      end.add(Dim.of(0));
    }
    begin.add(from);
    end.add(n.dims().add(from, size));
    return strided(n, x, begin, end, axis);
  }

  /** Axes before {@code axis} are taken whole, those after it too. */
  private static SDVariable strided(
      OnnxNode n, SDVariable x, List<Dim> begin, List<Dim> end, int axis) {
    int whole = (1 << axis) - 1;
    if (Dim.allKnown(begin) && Dim.allKnown(end)) {
      long[] ones = new long[axis + 1];
      Arrays.fill(ones, 1);
      return n.graph()
          .stridedSlice(x, Dim.sizes(begin), Dim.sizes(end), ones, whole, whole, 0, 0, 0);
    }
    SDVariable ones = n.dims().vector(java.util.Collections.nCopies(axis + 1, Dim.ONE));
    return n.graph()
        .stridedSlice(x, n.dims().vector(begin), n.dims().vector(end), ones, whole, whole, 0, 0, 0);
  }

  private static void slice(OnnxNode n) {
    List<Dim> starts = n.has(1) ? Shapes.elements(n, 1) : Dim.of(n.integers("starts"));
    List<Dim> ends = n.has(2) ? Shapes.elements(n, 2) : Dim.of(n.integers("ends"));
    long[] axes = n.integers("axes", 3);
    long[] steps = n.has(4) ? n.integers("steps", 4) : null;
    SDVariable out = null;
    List<Dim> sizes = new ArrayList<>(n.value(0).dims());
    for (int i = 0; i < starts.size(); i++) {
      if (steps != null && steps[i] != 1) {
        throw new IllegalArgumentException("found step " + steps[i] + ", expected 1");
      }
      int axis = axes == null ? i : OnnxNode.axis(axes[i], sizes.size());
      Dim all = sizes.get(axis);
      Dim from = place(n, starts.get(i), all);
      Dim to = place(n, ends.get(i), all);
      if (from.is(0) && to.equals(all)) {
        continue;
      }
      Dim size = n.dims().subtract(to, from);
      out = slice(n, out == null ? n.input(0) : out, axis, from, size);
      sizes.set(axis, size);
    }
    if (out == null) {
      n.output(0, n.value(0));
    } else {
      n.output(0, out, sizes);
    }
  }

  /** A place from the front, not beyond the end as far as that is known. */
  private static Dim place(OnnxNode n, Dim at, Dim size) {
    if (!at.isKnown()) {
      return at;
    }
    if (at.size() < 0) {
      Dim front = n.dims().add(size, at.size() <= -Integer.MAX_VALUE ? size.times(Dim.of(-1)) : at);
      return front.isKnown() && front.size() < 0 ? Dim.of(0) : front;
    }
    boolean beyond = at.size() >= Integer.MAX_VALUE || size.isKnown() && at.size() > size.size();
    return beyond ? size : at;
  }

  private static void split(OnnxNode n) {
    int axis = OnnxNode.axis(n.integer("axis", 0), n.value(0).rank());
    int parts = n.proto().getOutputCount();
    long[] given = n.integers("split", 1);
    Dim all = n.value(0).dims().get(axis);
    Dim at = Dim.of(0);
    for (int i = 0; i < parts; i++) {
      Dim size = given != null ? Dim.of(given[i]) : equalPart(all, parts, i);
      List<Dim> sizes = new ArrayList<>(n.value(0).dims());
      sizes.set(axis, size);
      n.output(i, slice(n, n.input(0), axis, at, size), sizes);
      at = n.dims().add(at, size);
    }
  }

  /** The last part may be smaller. */
  private static Dim equalPart(Dim all, int parts, int i) {
    long size = (all.size() + parts - 1) / parts;
    return Dim.of(Math.min(size, all.size() - i * size));
  }

  /** Rows and columns are compared: SameDiff's own function fails on 1x1. */
  private static void trilu(OnnxNode n) {
    SameDiff g = n.graph();
    Dims dims = n.dims();
    int rank = n.value(0).rank();
    Dim rows = n.value(0).dims().get(rank - 2);
    Dim columns = n.value(0).dims().get(rank - 1);
    long k = n.has(1) ? n.integers("k", 1)[0] : 0;
    boolean upper = n.integer("upper", 1) != 0;
    SDVariable i = dims.reshape(count(n, rows), List.of(rows, Dim.ONE));
    SDVariable j = dims.reshape(count(n, columns), List.of(Dim.ONE, columns));
    SDVariable diagonal = j.sub(i);
    SDVariable kept = upper ? g.gte(diagonal, k) : g.lte(diagonal, k);
    SDVariable x = n.input(0);
    boolean truth = x.dataType() == DataType.BOOL;
    DataType type = truth ? DataType.FLOAT : x.dataType();
    List<Dim> square = List.of(rows, columns);
    SDVariable full = dims.expand(kept, square, n.value(0).dims());
    SDVariable number = truth ? x.castTo(type) : x;
    SDVariable out =
        n.value(0).isDifferentiable()
            ? number.mul(full.castTo(type))
            : g.where(number, g.zerosLike(number), full);
    n.output(0, truth ? g.neq(out, 0) : out, n.value(0).dims());
  }

  private static SDVariable count(OnnxNode n, Dim to) {
    return n.graph()
        .range(
            n.dims().scalar(Dim.of(0)),
            n.dims().scalar(to),
            n.dims().scalar(Dim.ONE),
            DataType.LONG);
  }

  private static void scatterNd(OnnxNode n) {
    if (n.value(0).isDifferentiable() || n.value(2).isDifferentiable()) {
      throw new IllegalArgumentException(
          "found trainable data, through which ScatterND has no gradient");
    }
    if (!n.text("reduction", "none").equals("none")) {
      throw new IllegalArgumentException("found a reduction, expected none");
    }
    SDVariable indices = n.input(1);
    n.output(new ScatterNdUpdate(n.graph(), n.input(0), indices, n.input(2)).outputVariable());
  }
}
