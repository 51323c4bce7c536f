package org.lensdl4j.model.trunk;

import java.util.List;
import java.util.Random;
import org.lensdl4j.model.config.ModelConfig;
import org.lensdl4j.model.config.Rotary;
import org.lensdl4j.model.text.TokenSequence;

/** Small descriptions, one for each variant of the family. */
public enum TinyConfigs {
  GROUPED(6, 2, Rotary.plain(10_000), 0, false, true),
  MULTI_HEAD(3, 3, Rotary.plain(10_000), 0, false, true),
  ONE_KEY_HEAD(4, 1, Rotary.plain(500), 0, false, false),
  BIASES(4, 2, Rotary.plain(10_000), 0, true, false),
  WINDOW(4, 2, Rotary.plain(10_000), 5, false, true),
  LINEAR_SCALING(4, 2, new Rotary(10_000, Rotary.Scaling.LINEAR, 4, 1, 1, 0), 0, false, true),
  LLAMA3_SCALING(4, 2, new Rotary(10_000, Rotary.Scaling.LLAMA3, 8, 1, 4, 32), 0, false, true),
  WINDOW_AND_BIASES(6, 3, Rotary.plain(10_000), 3, true, true);

  private final ModelConfig config;

  TinyConfigs(int heads, int keyHeads, Rotary rotary, int window, boolean bias, boolean tied) {
    config =
        new ModelConfig(
            "llama",
            24,
            3,
            heads,
            keyHeads,
            12,
            40,
            50,
            4096,
            1e-5,
            rotary,
            window,
            bias,
            bias,
            bias,
            tied,
            1,
            List.of(2));
  }

  public ModelConfig config() {
    return config;
  }

  /** A random text that begins with the given tokens. */
  public TokenSequence text(Random random, int length, int... beginning) {
    int[] ids = new int[length];
    for (int i = 0; i < length; i++) {
      ids[i] = i < beginning.length ? beginning[i] : random.nextInt(config.vocabSize());
    }
    return TokenSequence.of(ids);
  }
}
