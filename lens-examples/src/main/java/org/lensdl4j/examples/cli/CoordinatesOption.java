package org.lensdl4j.examples.cli;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.lensdl4j.lens.config.LensConfigBuilder;
import org.lensdl4j.lens.config.LossCoordinates;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** What coordinates spaces and losses are measured in. */
public final class CoordinatesOption {
  @Option(
      names = "--coordinates",
      paramLabel = "WHICH",
      converter = Converter.class,
      description =
          "raw: states as they are; standard: each coordinate divided by its standard deviation,"
              + " for models with a few huge ones; in training also whitened. The same for"
              + " probing and training. Default: raw.")
  private LossCoordinates coordinates;

  /** Puts what is given on top of a configuration. */
  public void applyTo(LensConfigBuilder b) {
    TrainingOptions.set(coordinates, b::coordinates);
  }

  /** Takes the beginning of a name. */
  static final class Converter implements ITypeConverter<LossCoordinates> {
    @Override
    public LossCoordinates convert(String value) {
      String wanted = value.toUpperCase(Locale.ROOT);
      List<LossCoordinates> found =
          Arrays.stream(LossCoordinates.values())
              .filter(c -> !wanted.isEmpty() && c.name().startsWith(wanted))
              .toList();
      if (found.size() != 1) {
        throw new TypeConversionException(
            "found '%s', expected raw, standard or whitened".formatted(value));
      }
      return found.get(0);
    }
  }
}
