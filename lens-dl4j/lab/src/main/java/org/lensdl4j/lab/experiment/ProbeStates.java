package org.lensdl4j.lab.experiment;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.lensdl4j.lens.corpus.Corpus;
import org.lensdl4j.lens.space.BlockProbing;
import org.lensdl4j.lens.space.SpaceFitter;
import org.lensdl4j.lens.states.StateCache;
import org.lensdl4j.model.TransformerModel;
import org.lensdl4j.model.base.DiskSpace;
import org.lensdl4j.model.text.PromptEncoder;
import org.lensdl4j.model.text.TokenSequence;
import org.lensdl4j.model.trunk.HiddenStates;
import org.lensdl4j.model.trunk.Outputs;
import org.lensdl4j.model.trunk.Pooling;
import org.lensdl4j.model.trunk.Trunk;
import org.lensdl4j.model.weights.SafetensorsFile;
import org.lensdl4j.model.weights.SafetensorsWriter;

/**
 * The states that are read of all probing texts at every layer, on disk: a file per layer with a
 * tensor {@code [texts, d]} per language. Spaces of fewer texts or languages, or of another rank,
 * are sums over them.
 */
final class ProbeStates {
  private final Path folder;
  private final Map<String, Integer> texts = new LinkedHashMap<>();
  private final int layers;
  private final int hidden;

  private ProbeStates(Path folder, TransformerModel model, Corpus corpus, List<String> languages) {
    this.folder = folder;
    layers = model.config().layers();
    hidden = model.config().hiddenSize();
    languages.forEach(l -> texts.put(l, corpus.size(l)));
  }

  /** Of all languages' probing texts. */
  static ProbeStates of(TrialsBuilder settings, PromptEncoder encoder) {
    TransformerModel model = settings.model;
    Corpus corpus = settings.probe;
    List<String> languages = settings.languages();
    String key =
        StateCache.key(
            settings.readAs("probe in blocks"),
            model.hash(),
            encoder.fingerprint(),
            corpus.hash(),
            String.join(",", languages));
    Path folder = settings.cache.entry(key, to -> gather(settings, encoder, to));
    return new ProbeStates(folder, model, corpus, languages);
  }

  private static void gather(TrialsBuilder settings, PromptEncoder encoder, Path folder)
      throws IOException {
    TransformerModel model = settings.model;
    Corpus corpus = settings.probe;
    List<String> languages = settings.languages();
    // In the blocks that probing itself takes.
    List<List<TokenSequence>> blocks = new ArrayList<>();
    languages.forEach(
        l -> blocks.addAll(BlockProbing.blocks(encoder.encodeAll(corpus.strings(l)))));
    long texts = blocks.stream().mapToLong(List::size).sum();
    int layers = model.config().layers();
    int d = model.config().hiddenSize();
    DiskSpace.require(folder, Float.BYTES * layers * texts * d);
    List<HiddenStates> states = new ArrayList<>();
    try (Trunk trunk =
        Trunk.builder(model.config(), model.weights())
            .progress("probing", settings.progress)
            .build()) {
      blocks.forEach(block -> states.add(trunk.embed(block)));
      Pooling position = settings.read();
      trunk.advance(
          states,
          layers,
          position == Pooling.LAST ? Outputs.LAST_TOKEN : Outputs.ALL_TOKENS,
          layer -> write(file(folder, layer), states, position, corpus, languages));
    } finally {
      states.forEach(HiddenStates::close);
    }
  }

  private static void write(
      Path file, List<HiddenStates> now, Pooling position, Corpus corpus, List<String> languages) {
    int d = now.get(0).hiddenSize();
    float[] state = new float[d];
    SafetensorsWriter writer = new SafetensorsWriter();
    int block = 0;
    int at = 0;
    for (String language : languages) {
      int n = corpus.size(language);
      float[] rows = new float[Math.multiplyExact(n, d)];
      for (int i = 0; i < n; i++) {
        if (at == now.get(block).texts()) {
          block++;
          at = 0;
        }
        position.of(now.get(block), at++, state);
        System.arraycopy(state, 0, rows, i * d, d);
      }
      writer.add(language, new long[] {n, d}, rows);
    }
    writer.write(file);
  }

  private static Path file(Path folder, int layer) {
    return folder.resolve("layer-%d.safetensors".formatted(layer));
  }

  /**
   * Shows a fitter the first texts of some languages, in the order in which probing does.
   *
   * @param most texts of a language at most; 0 for all
   */
  void show(SpaceFitter fitter, List<String> languages, int most) {
    for (int layer = 1; layer <= layers; layer++) {
      float[][][] states = new float[languages.size()][][];
      try (SafetensorsFile file = SafetensorsFile.open(file(folder, layer))) {
        for (int l = 0; l < states.length; l++) {
          float[] rows = file.readFloats(languages.get(l));
          states[l] = new float[count(languages.get(l), most)][];
          for (int i = 0; i < states[l].length; i++) {
            states[l][i] = Arrays.copyOfRange(rows, i * hidden, (i + 1) * hidden);
          }
        }
      }
      fitter.layer(states);
    }
  }

  /** Texts of a language when at most this many are taken. */
  int count(String language, int most) {
    return most == 0 ? texts.get(language) : Math.min(most, texts.get(language));
  }

  /** Whether every language has at most this many texts. */
  boolean isAll(int most) {
    return most == 0 || texts.values().stream().allMatch(n -> n <= most);
  }
}
