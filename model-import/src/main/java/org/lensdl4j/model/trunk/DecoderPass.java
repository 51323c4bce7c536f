package org.lensdl4j.model.trunk;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import org.lensdl4j.model.config.ModelConfig;

/**
 * Rows of tokens on their way through all layers. Texts of several variants, or with several edits,
 * that have the same tokens ride on the same rows as long as their states are the same, and part
 * where they are not.
 */
final class DecoderPass {
  private final ModelConfig config;
  private final LayerRunner runner;
  private final RotaryTables rotary;
  private final int last;

  DecoderPass(ModelConfig config, LayerRunner runner, RotaryTables rotary) {
    this.config = config;
    this.runner = runner;
    this.rotary = rotary;
    last = config.layers() - 1;
  }

  /**
   * Rows that go through layers together.
   *
   * @param segments the texts' rows, one after the other from row 0
   * @param riders the texts of each segment; the first one's keys and values are computed, the
   *     others have copies
   */
  private record Part(List<Segment> segments, List<List<DecodedText>> riders) {
    int rows() {
      return segments.stream().mapToInt(Segment::count).sum();
    }
  }

  /** A part of a part, and which row of that each of its segments begins with. */
  private record Branch(Part part, List<Integer> from) {}

  /**
   * Takes rows through all layers; texts that end have their last state afterwards.
   *
   * @param segments whose rows are those of {@link LayerRunner#x}, numbered as {@code riders}
   * @param riders for each segment the texts that have its tokens
   */
  void run(List<Segment> segments, List<List<DecodedText>> riders) {
    advance(new Part(segments, riders), 0);
  }

  private void advance(Part part, int from) {
    for (int i = from; i <= last; i++) {
      int layer = i;
      List<Branch> variants =
          branches(
              part, (s, text) -> layer == last ? text.variant : text.variant.layers.get(layer));
      if (variants.size() > 1) {
        apart(part, variants, own -> advance(own, layer));
        return;
      }
      Variant variant = part.riders().get(0).get(0).variant;
      LayerRunner.Caches caches = s -> part.riders().get(s.text()).get(0).caches.get(layer);
      int rows = part.rows();
      if (i == last) {
        runner.lastTokens(variant.layers.get(i), part.segments(), rows, rotary, caches, -1);
        share(part, i);
        finish(part, variant);
        return;
      }
      runner.allTokens(variant.layers.get(i), part.segments(), rows, rotary, caches, -1);
      share(part, i);
      List<Branch> edits = branches(part, (s, text) -> rank(part, s, text, layer + 1));
      if (edits.size() > 1) {
        apart(
            part,
            edits,
            own -> {
              edit(layer + 1, own);
              advance(own, layer + 1);
            });
        return;
      }
      edit(i + 1, part);
    }
  }

  private static void share(Part part, int layer) {
    for (Segment s : part.segments()) {
      List<DecodedText> texts = part.riders().get(s.text());
      for (DecodedText text : texts.subList(1, texts.size())) {
        text.caches
            .get(layer)
            .copyFrom(texts.get(0).caches.get(layer), s.start(), s.start() + s.count());
      }
    }
  }

  /**
   * Of a segment's different edits of a layer, which a text has: the first ones need no parting.
   */
  private static int rank(Part part, int segment, DecodedText text, int layer) {
    List<DecodedText> texts = part.riders().get(segment);
    if (texts.size() == 1) {
      return 0;
    }
    List<StateEdit> different = texts.stream().map(t -> t.editOf(layer)).distinct().toList();
    return different.indexOf(text.editOf(layer));
  }

  /** The parts of a part whose texts have one key each. */
  private static List<Branch> branches(Part part, BiFunction<Integer, DecodedText, Object> key) {
    Map<Object, Branch> out = new LinkedHashMap<>();
    for (int s = 0; s < part.segments().size(); s++) {
      Segment old = part.segments().get(s);
      Map<Object, List<DecodedText>> mine = new HashMap<>();
      for (DecodedText text : part.riders().get(s)) {
        Object which = key.apply(s, text);
        Branch branch =
            out.computeIfAbsent(
                which,
                k -> new Branch(new Part(new ArrayList<>(), new ArrayList<>()), new ArrayList<>()));
        List<DecodedText> texts = mine.get(which);
        if (texts == null) {
          texts = new ArrayList<>();
          mine.put(which, texts);
          Part own = branch.part();
          own.segments().add(old.moved(own.segments().size(), own.rows()));
          own.riders().add(texts);
          branch.from().add(old.row());
        }
        texts.add(text);
      }
    }
    return List.copyOf(out.values());
  }

  /** Takes each part further by itself, with the states that the rows have now. */
  private void apart(Part whole, List<Branch> branches, Consumer<Part> further) {
    int d = config.hiddenSize();
    float[] states = Arrays.copyOf(runner.x, whole.rows() * d);
    for (Branch branch : branches) {
      for (int k = 0; k < branch.from().size(); k++) {
        Segment s = branch.part().segments().get(k);
        System.arraycopy(states, branch.from().get(k) * d, runner.x, s.row() * d, s.count() * d);
      }
      further.accept(branch.part());
    }
  }

  private void edit(int layer, Part part) {
    for (Segment s : part.segments()) {
      DecodedText text = part.riders().get(s.text()).get(0);
      StateEdit edit = text.editOf(layer);
      for (int t = 0; edit != null && t < s.count(); t++) {
        int position = s.start() + t;
        int at = (s.row() + t) * config.hiddenSize();
        edit.apply(layer, position, position >= text.promptLength - 1, runner.x, at);
      }
    }
  }

  private void finish(Part part, Variant variant) {
    int d = config.hiddenSize();
    int row = 0;
    for (Segment s : part.segments()) {
      if (s.endsText()) {
        runner.norm(row, variant.finalNorm);
        for (DecodedText text : part.riders().get(s.text())) {
          System.arraycopy(runner.x, row * d, text.state, 0, d);
          StateEdit edit = text.editOf(last + 1);
          if (edit != null) {
            edit.apply(last + 1, text.length() - 1, true, text.state, 0);
          }
        }
        row++;
      }
    }
  }
}
