package org.lensdl4j.lens.nn;

import java.util.Arrays;
import java.util.Locale;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Where the hidden axis lies in what enters a layer. */
final class HiddenFormat {
  private HiddenFormat() {}

  /** The same states with the hidden axis last, or back again: a permutation that undoes itself. */
  static SDVariable hiddenLast(SameDiff sd, SDVariable states, int rank, RNNFormat format) {
    return rank == 3 && format == RNNFormat.NCW ? sd.permute(states, 0, 2, 1) : states;
  }

  /** The rank of what enters a layer, which Deeplearning4j fixes with the first batch. */
  static int rank(SDVariable input) {
    return input.getShape().length;
  }

  static void require(String layer, INDArray input, long hidden, RNNFormat format) {
    int axis = input.rank() == 3 && format == RNNFormat.NCW ? 1 : input.rank() - 1;
    if ((input.rank() != 2 && input.rank() != 3) || input.size(axis) != hidden) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "%s: the input has shape %s, expected [batch, %d] or %s of hidden size %d",
              layer,
              Arrays.toString(input.shape()),
              hidden,
              format == RNNFormat.NCW ? "[batch, hidden, time]" : "[batch, time, hidden]",
              hidden));
    }
  }

  static void requireTexts(String layer, INDArray input, long hidden) {
    if (input.rank() != 3 || input.size(2) != hidden) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "%s: the input has shape %s, expected [batch, time, %d]",
              layer,
              Arrays.toString(input.shape()),
              hidden));
    }
  }

  /** The type of a layer's output that keeps the shape of its input. */
  static InputType same(String layer, InputType type, long hidden) {
    long size =
        switch (type.getType()) {
          case FF -> ((InputType.InputTypeFeedForward) type).getSize();
          case RNN -> ((InputType.InputTypeRecurrent) type).getSize();
          default -> -1;
        };
    if (size != hidden) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "%s: the input type is %s, expected feed-forward or recurrent of size %d",
              layer,
              type,
              hidden));
    }
    return type;
  }
}
