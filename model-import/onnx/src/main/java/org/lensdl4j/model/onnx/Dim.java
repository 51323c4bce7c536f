package org.lensdl4j.model.onnx;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import org.nd4j.autodiff.samediff.SDVariable;

/**
 * One size of a tensor, or one whole number of shape arithmetic: a number, or a product of a number
 * and sizes that are only known at run time. Two sizes that are equal in every run are equal
 * objects.
 *
 * @param factor the number
 * @param atoms the sizes known at run time, in the order of their ids
 */
public record Dim(long factor, List<Atom> atoms) {
  /** 1. */
  static final Dim ONE = of(1);

  /** A size that is known at run time: of {@code source} along {@code axis}, or its value (-1). */
  static final class Atom {
    private final int id;
    private final String name;
    private final SDVariable source;
    private final int axis;

    Atom(int id, String name, SDVariable source, int axis) {
      this.id = id;
      this.name = name;
      this.source = source;
      this.axis = axis;
    }

    int id() {
      return id;
    }

    SDVariable source() {
      return source;
    }

    int axis() {
      return axis;
    }

    @Override
    public String toString() {
      return name;
    }
  }

  /** A size that is known now. */
  public static Dim of(long size) {
    return new Dim(size, List.of());
  }

  static Dim of(Atom atom) {
    return new Dim(1, List.of(atom));
  }

  /** Sizes that are known now. */
  public static List<Dim> of(long... sizes) {
    List<Dim> out = new ArrayList<>();
    for (long s : sizes) {
      out.add(of(s));
    }
    return out;
  }

  /** Whether the size is known before the graph runs. */
  public boolean isKnown() {
    return atoms.isEmpty();
  }

  /** Whether this is {@code size} in every run. */
  public boolean is(long size) {
    return isKnown() && factor == size;
  }

  /**
   * The size.
   *
   * @throws IllegalStateException if it is only known at run time
   */
  public long size() {
    if (!isKnown()) {
      throw new IllegalStateException("the size " + this + " is only known at run time");
    }
    return factor;
  }

  Dim times(Dim other) {
    long product = Math.multiplyExact(factor, other.factor);
    if (product == 0) {
      return of(0);
    }
    List<Atom> all = new ArrayList<>(atoms);
    all.addAll(other.atoms);
    all.sort(Comparator.comparingInt(Atom::id));
    return new Dim(product, List.copyOf(all));
  }

  /** The quotient, or null if it is not certain that it is whole. */
  Dim dividedBy(Dim other) {
    if (other.factor == 0 || factor % other.factor != 0) {
      return null;
    }
    List<Atom> left = new ArrayList<>(atoms);
    for (Atom a : other.atoms) {
      if (!left.remove(a)) {
        return null;
      }
    }
    return new Dim(factor / other.factor, List.copyOf(left));
  }

  static Dim product(List<Dim> dims) {
    Dim out = ONE;
    for (Dim d : dims) {
      out = out.times(d);
    }
    return out;
  }

  static boolean allKnown(List<Dim> dims) {
    return dims.stream().allMatch(Dim::isKnown);
  }

  static long[] sizes(List<Dim> dims) {
    return dims.stream().mapToLong(Dim::size).toArray();
  }

  @Override
  public String toString() {
    if (isKnown()) {
      return Long.toString(factor);
    }
    String product = atoms.stream().map(Atom::toString).collect(Collectors.joining("*"));
    return factor == 1 ? product : factor + "*" + product;
  }
}
