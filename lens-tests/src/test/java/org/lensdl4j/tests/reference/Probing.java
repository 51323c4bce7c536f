package org.lensdl4j.tests.reference;

import java.util.ArrayList;
import java.util.List;
import org.lensdl4j.lens.space.LanguageProbe;
import org.lensdl4j.lens.space.LanguageSpace;
import org.lensdl4j.lens.space.LanguageStatistics;
import org.lensdl4j.lens.space.Provenance;
import org.lensdl4j.lens.space.StatePosition;
import org.lensdl4j.model.TransformerModel;
import org.lensdl4j.model.text.TokenSequence;
import org.lensdl4j.model.trunk.HiddenStates;
import org.lensdl4j.model.trunk.Outputs;
import org.lensdl4j.model.trunk.Pooling;
import org.lensdl4j.model.trunk.Trunk;

/** Probing from its pieces, for texts that are token ids already. */
final class Probing {
  private Probing() {}

  /**
   * The space of texts that lie language by language, as many of each; the first one is central.
   */
  static LanguageSpace space(
      TransformerModel model, List<String> languages, List<TokenSequence> texts) {
    return space(model, languages, texts, Pooling.LAST);
  }

  /** The same at another position. */
  static LanguageSpace space(
      TransformerModel model, List<String> languages, List<TokenSequence> texts, Pooling position) {
    LanguageStatistics sums =
        new LanguageStatistics(languages, model.config().layers(), model.config().hiddenSize());
    float[] state = new float[model.config().hiddenSize()];
    int each = texts.size() / languages.size();
    try (Trunk trunk = Trunk.builder(model.config(), model.weights()).build();
        HiddenStates states = trunk.embed(texts)) {
      trunk.advance(
          states,
          model.config().layers(),
          position == Pooling.LAST ? Outputs.LAST_TOKEN : Outputs.ALL_TOKENS,
          (layer, s) -> {
            for (int i = 0; i < texts.size(); i++) {
              position.of(s, i, state);
              sums.add(languages.get(i / each), layer, state);
            }
          });
    }
    Provenance from =
        new Provenance(
            model.hash(), "", "", StatePosition.name(position), "", "", Provenance.codeVersion());
    return LanguageProbe.fit(sums, languages.get(0), 0, from);
  }

  /**
   * Prompts in all languages, of texts that lie language by language.
   *
   * @param each texts of each language there are
   * @param languages to take, from the first
   * @param limit prompts at most
   */
  static List<List<TokenSequence>> prompts(
      List<TokenSequence> texts, int each, int languages, int limit) {
    List<List<TokenSequence>> out = new ArrayList<>();
    for (int i = 0; i < Math.min(each, limit); i++) {
      List<TokenSequence> prompt = new ArrayList<>();
      for (int l = 0; l < languages; l++) {
        prompt.add(texts.get(l * each + i));
      }
      out.add(prompt);
    }
    return out;
  }
}
