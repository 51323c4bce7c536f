package org.lensdl4j.model.trunk;

import org.lensdl4j.model.config.ModelConfig;
import org.lensdl4j.model.config.Positions;
import org.lensdl4j.model.config.Rotary;

/**
 * The rotary tables of one model: most have one, some have several by layer or by length of text.
 */
final class RotaryTables {
  private final ModelConfig config;
  private final RotaryTable everywhere;
  private final RotaryTable ofLongTexts;
  private final RotaryTable local;
  private final RotaryTable still;

  RotaryTables(ModelConfig config, int positions) {
    this.config = config;
    Rotary rotary = config.rotary();
    still = new RotaryTable(rotary, config.headDim(), 0, false, positions, false);
    everywhere = table(config, rotary, positions, false);
    ofLongTexts = rotary.isLong(positions) ? table(config, rotary, positions, true) : null;
    Rotary other = config.structure().localRotary();
    local = other == null ? everywhere : table(config, other, positions, false);
  }

  private static RotaryTable table(
      ModelConfig config, Rotary rotary, int positions, boolean longText) {
    boolean turns = config.structure().positions() == Positions.ROTARY;
    int turned = turns ? config.rotaryDim() : 0;
    return new RotaryTable(
        rotary, config.headDim(), turned, config.turnsPairs(), positions, longText);
  }

  int positions() {
    return everywhere.positions();
  }

  /** The table of a layer, 0-based. */
  RotaryTable of(int layer, boolean longText) {
    if (!config.turns(layer)) {
      return still;
    }
    return config.windowed(layer) ? local : longText ? ofLongTexts : everywhere;
  }
}
