package org.lensdl4j.lens.space;

import java.util.Locale;
import org.lensdl4j.model.base.LensException;
import org.lensdl4j.model.config.ModelConfig;
import org.lensdl4j.model.trunk.Pooling;

/**
 * Which state of a text is read: a decoder's last token, of an encoder the mean of all tokens or
 * the first, {@code [CLS]}. Probing, training and measuring have to read the same.
 */
public final class StatePosition {
  /** The first token of an encoder. */
  public static final String CLS = "cls";

  private static final String MEAN = "mean";

  private StatePosition() {}

  /** {@link Pooling#MEAN} for an encoder, {@link Pooling#LAST} for a decoder. */
  public static Pooling usual(ModelConfig model) {
    return model.isEncoder() ? Pooling.MEAN : Pooling.LAST;
  }

  /** As files and options call it: {@code last}, {@code mean} or {@code cls}. */
  public static String name(Pooling position) {
    return position == Pooling.FIRST ? CLS : position.name().toLowerCase(Locale.ROOT);
  }

  /**
   * Where a space was probed.
   *
   * @throws LensException if the model is not read there
   */
  public static Pooling of(LanguageSpace space, ModelConfig model) {
    String name = space.provenance().position();
    Pooling position =
        switch (name) {
          case MEAN -> Pooling.MEAN;
          case CLS, "first" -> Pooling.FIRST;
          default -> Pooling.LAST;
        };
    if (model.isEncoder() == (position == Pooling.LAST)) {
      throw new LensException(
          "the language space was probed at position '%s'; %s".formatted(name, expectation(model)));
    }
    return position;
  }

  /**
   * Refuses a position where a model is not read.
   *
   * @throws LensException naming the position and what was expected
   */
  public static void require(Pooling position, ModelConfig model) {
    if (model.isEncoder() == (position == Pooling.LAST)) {
      throw new LensException("position '%s'; %s".formatted(name(position), expectation(model)));
    }
  }

  private static String expectation(ModelConfig model) {
    return model.isEncoder()
        ? "expected mean or cls, as model_type '%s' is an encoder".formatted(model.modelType())
        : "expected last, as model_type '%s' is a decoder".formatted(model.modelType());
  }
}
