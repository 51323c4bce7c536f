package org.lensdl4j.examples.cli;

import java.util.Locale;
import org.lensdl4j.lens.space.LanguageSpace;
import org.lensdl4j.lens.space.StatePosition;
import org.lensdl4j.model.TransformerModel;
import org.lensdl4j.model.base.LensException;
import org.lensdl4j.model.trunk.Pooling;
import picocli.CommandLine.Option;

/** What is read of a text. */
final class PositionOption {
  @Option(
      names = "--position",
      paramLabel = "WHERE",
      description =
          "What is read of a text: last token (decoders); rest, the mean of all tokens but the first"
              + " (decoders, for steering below the last layer); mean of all; cls, the first"
              + " (encoders). Default: that of the language space, or last of a decoder, mean of an"
              + " encoder.")
  private Position position;

  /** Names as the language space's file has them. */
  enum Position {
    LAST(Pooling.LAST),
    MEAN(Pooling.MEAN),
    REST(Pooling.REST),
    CLS(Pooling.FIRST);

    private final Pooling pooling;

    Position(Pooling pooling) {
      this.pooling = pooling;
    }
  }

  /** Where to probe a model. */
  Pooling of(TransformerModel model) {
    return position == null ? StatePosition.usual(model.config()) : position.pooling;
  }

  /** Refuses a space that was probed elsewhere than what was asked for. */
  void check(LanguageSpace space, TransformerModel model) {
    Pooling probed = StatePosition.of(space, model.config());
    if (position != null && position.pooling != probed) {
      throw new LensException(
          String.format(
              Locale.ROOT,
              "--position: found %s, expected %s, where the language space was probed",
              StatePosition.name(position.pooling),
              StatePosition.name(probed)));
    }
  }
}
