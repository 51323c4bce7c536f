package org.lensdl4j.lens.space;

import java.util.Locale;
import org.lensdl4j.model.base.LensException;
import org.lensdl4j.model.config.ModelConfig;
import org.lensdl4j.model.trunk.Pooling;

/**
 * Which state of a text is read: a decoder's last token, of an encoder the mean of all tokens or
 * the first, {@code [CLS]}. Probing, training and measuring have to read the same. A decoder can be
 * probed at the mean of all tokens too, or of all but the first, for steering.
 */
public final class StatePosition {
  /** The first token of an encoder. */
  public static final String CLS = "cls";

  private static final String MEAN = "mean";
  private static final String REST = "rest";

  private StatePosition() {}

  /** {@link Pooling#MEAN} for an encoder, {@link Pooling#LAST} for a decoder. */
  public static Pooling usual(ModelConfig model) {
    return model.isEncoder() ? Pooling.MEAN : Pooling.LAST;
  }

  /** As files and options call it: {@code last}, {@code mean}, {@code rest} or {@code cls}. */
  public static String name(Pooling position) {
    return position == Pooling.FIRST ? CLS : position.name().toLowerCase(Locale.ROOT);
  }

  /**
   * Where a space was probed, for what reads a model there: training and all that is compared with
   * it.
   *
   * @throws LensException if the model is not read there: of a decoder, the last token alone is
   */
  public static Pooling of(LanguageSpace space, ModelConfig model) {
    Pooling position = probed(space, model);
    if (!model.isEncoder() && position != Pooling.LAST) {
      throw refused(space, "expected last", model);
    }
    return position;
  }

  /**
   * Where a space was probed, for what works with any position.
   *
   * @throws LensException if the model cannot be probed there
   */
  public static Pooling probed(LanguageSpace space, ModelConfig model) {
    Pooling position =
        switch (space.provenance().position()) {
          case MEAN -> Pooling.MEAN;
          case REST -> Pooling.REST;
          case CLS, "first" -> Pooling.FIRST;
          default -> Pooling.LAST;
        };
    if (!fits(position, model)) {
      throw refused(space, expected(model), model);
    }
    return position;
  }

  private static LensException refused(LanguageSpace space, String expected, ModelConfig model) {
    return new LensException(
        String.format(
            Locale.ROOT,
            "the language space was probed at position '%s'; %s, as model_type '%s' is %s",
            space.provenance().position(),
            expected,
            model.modelType(),
            kind(model)));
  }

  /**
   * Refuses a position where a model cannot be probed.
   *
   * @throws LensException naming the position and what was expected
   */
  public static void require(Pooling position, ModelConfig model) {
    if (!fits(position, model)) {
      throw new LensException(
          String.format(
              Locale.ROOT,
              "position '%s'; %s, as model_type '%s' is %s",
              name(position),
              expected(model),
              model.modelType(),
              kind(model)));
    }
  }

  /** The first token of a decoder has read nothing else, the last of an encoder is no summary. */
  private static boolean fits(Pooling position, ModelConfig model) {
    return model.isEncoder()
        ? position == Pooling.MEAN || position == Pooling.FIRST
        : position != Pooling.FIRST;
  }

  private static String expected(ModelConfig model) {
    return model.isEncoder() ? "expected mean or cls" : "expected last, rest or mean";
  }

  private static String kind(ModelConfig model) {
    return model.isEncoder() ? "an encoder" : "a decoder";
  }
}
