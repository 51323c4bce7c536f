package org.lensdl4j.examples.cli;

import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The languages of a command that has no configuration. */
public final class NamedLanguages {
  @Option(
      names = "--languages",
      split = ",",
      required = true,
      paramLabel = "CODE",
      description = "Languages, for example en,zh,sw; the central one may be left out.")
  private List<String> codes;

  @Mixin private final ConfigFlags shared = ConfigFlags.of("central");

  /** As given. */
  public List<String> codes() {
    return codes;
  }

  /** The central (pivot) language. */
  public String central() {
    return shared.orDefault("central");
  }

  /** All, the central one first. */
  public List<String> centralFirst() {
    List<String> out = new ArrayList<>(List.of(central()));
    codes.stream().filter(l -> !l.equals(central())).forEach(out::add);
    return out;
  }
}
