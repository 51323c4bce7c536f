package org.lensdl4j.lens.loss;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Stream;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.VariableType;

/** Refuses what can be known to be wrong before a graph runs. */
final class AttachChecks {
  private AttachChecks() {}

  /** A second loss of a kind needs names of its own. */
  static void requireNew(SameDiff sd, String name) {
    if (sd.hasVariable(name)) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "the graph has a variable %s: tell several losses apart with prefix()",
              name));
    }
  }

  static void requireGraph(SameDiff sd, String what, SDVariable variable) {
    if (variable.getSameDiff() != sd) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "%s: the variable %s is of another SameDiff graph than the LensBatch",
              what,
              variable.name()));
    }
  }

  static void requireStates(LensBatch batch, String what, LensStates states, int hidden) {
    for (SDVariable v : (Iterable<SDVariable>) read(states)::iterator) {
      requireGraph(batch.sameDiff(), what, v);
      if (v.dataType() != batch.type()) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "%s: the states %s are %s, expected %s, the type of the LensBatch",
                what,
                v.name(),
                v.dataType(),
                batch.type()));
      }
      long[] shape = knownShape(v);
      if (shape != null && (shape.length != 2 || shape[1] >= 0 && shape[1] != hidden)) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "%s: the states %s have shape %s, expected one row a text, [batch, %d]",
                what,
                v.name(),
                Arrays.toString(shape),
                hidden));
      }
    }
  }

  static void requireOther(LensStates now, LensStates before) {
    if (now.last() == before.last() || now.mean() != null && now.mean() == before.mean()) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "the states before training are the variable %s, which is trained: expected others, such as LensStates.placeholders",
              now.last().name()));
    }
  }

  private static Stream<SDVariable> read(LensStates states) {
    return Stream.of(states.last(), states.mean()).filter(v -> v != null).distinct();
  }

  static void requireTokens(SDVariable hidden, SDVariable mask) {
    if (mask == null) {
      throw new IllegalArgumentException(
          "the mask is null, expected [batch, seq] with 1 for a real token; states that are one a text need none");
    }
    requireGraph(hidden.getSameDiff(), "mask", mask);
    long[] states = requireRank(hidden, 3, "[batch, seq, hidden]");
    long[] bits = requireRank(mask, 2, "[batch, seq]");
    for (int axis = 0; states != null && bits != null && axis < 2; axis++) {
      if (states[axis] >= 0 && bits[axis] >= 0 && states[axis] != bits[axis]) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "the mask %s has shape %s, expected that of the states %s, %s, without the last axis",
                mask.name(),
                Arrays.toString(bits),
                hidden.name(),
                Arrays.toString(states)));
      }
    }
  }

  static long[] requireRank(SDVariable variable, int rank, String expected) {
    long[] shape = knownShape(variable);
    if (shape != null && shape.length != rank) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "%s has shape %s, expected %s",
              variable.name(),
              Arrays.toString(shape),
              expected));
    }
    return shape;
  }

  /** Null for what an operation yields, whose shape SameDiff finds out when it runs. */
  private static long[] knownShape(SDVariable variable) {
    return variable.getVariableType() == VariableType.ARRAY ? null : variable.getShape();
  }
}
