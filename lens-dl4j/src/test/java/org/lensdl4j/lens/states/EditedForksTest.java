package org.lensdl4j.lens.states;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lensdl4j.model.TransformerModel;
import org.lensdl4j.model.fixtures.TinyModels;
import org.lensdl4j.model.text.TokenSequence;
import org.lensdl4j.model.trunk.HiddenStates;
import org.lensdl4j.model.trunk.Outputs;
import org.lensdl4j.model.trunk.Pooling;
import org.lensdl4j.model.trunk.StateEdit;
import org.lensdl4j.model.trunk.Trunk;
import org.lensdl4j.model.weights.Weights;

/** The model's own weights with states changed from a layer on. */
class EditedForksTest {
  private static final List<TokenSequence> TEXTS =
      List.of(
          TokenSequence.of(5, 6, 9, 4),
          TokenSequence.of(5, 6, 2, 7, 1, 3),
          TokenSequence.of(5, 6, 7, 8, 3));

  private record Side(String name, Weights weights, int shared, StateEdit edit) implements Fork {}

  /** Adds to one value, more where answers are. */
  private record Push(int lowest) implements StateEdit {
    @Override
    public boolean changes(int layer) {
      return layer >= lowest;
    }

    @Override
    public void apply(int layer, int position, boolean answer, float[] rows, int at) {
      rows[at + position] += answer ? 2 : 1;
    }
  }

  @TempDir Path folder;
  private TransformerModel model;
  private int layers;

  @BeforeEach
  void open() {
    model = TransformerModel.open(TinyModels.write(TinyModels.GROUPED, folder.resolve("model")));
    layers = model.config().layers();
  }

  @AfterEach
  void close() {
    model.close();
  }

  @Test
  void forksAreWhatEachIsAloneFromKeptStatesOrNot() {
    StateCache cache = new StateCache(folder.resolve("cache"), 1 << 20);
    for (int[] answers : new int[][] {null, {2, 3, 4}, {1, 5, 0}}) {
      for (StateCache kept : new StateCache[] {null, cache, cache}) {
        Map<String, List<float[][]>> found = new LinkedHashMap<>();
        List<Side> sides = new ArrayList<>();
        sides.add(new Side("model", model.weights(), layers, StateEdit.NONE));
        for (int lowest = 1; lowest <= layers; lowest++) {
          sides.add(new Side("from " + lowest, model.weights(), lowest - 1, new Push(lowest)));
        }
        Texts texts = States.of(model, kept).texts(TEXTS);
        (answers == null ? texts : texts.answersFrom(answers))
            .forked(
                sides,
                Outputs.ALL_TOKENS,
                Pooling.MEAN,
                (own, layer, rows) ->
                    own.forEach(
                        s -> found.computeIfAbsent(s.name(), n -> new ArrayList<>()).add(rows)),
                (own, end, trunk) ->
                    own.forEach(s -> found.get(s.name()).add(Pooling.LAST.of(end))));
        for (Side side : sides) {
          near(found.get(side.name()), alone(side.edit(), answers));
        }
        assertThat(found.get("from 1").get(layers)[0])
            .isNotEqualTo(found.get("model").get(layers)[0]);
      }
    }
  }

  private List<float[][]> alone(StateEdit edit, int[] answers) {
    List<float[][]> out = new ArrayList<>();
    try (Trunk trunk =
            Trunk.builder(model.config(), model.weights()).sharePrefix(false).edit(edit).build();
        HiddenStates states = trunk.embed(TEXTS)) {
      if (answers != null) {
        states.answersFrom(answers);
      }
      trunk.advance(states, layers, Outputs.ALL_TOKENS, (l, s) -> out.add(Pooling.MEAN.of(s)));
      out.add(Pooling.LAST.of(states));
    }
    return out;
  }

  /** Shared tokens and texts of another company change float32's rounding. */
  private static void near(List<float[][]> found, List<float[][]> expected) {
    assertThat(found).hasSameSizeAs(expected);
    for (int layer = 0; layer < found.size(); layer++) {
      for (int text = 0; text < TEXTS.size(); text++) {
        float[] row = expected.get(layer)[text];
        for (int i = 0; i < row.length; i++) {
          assertThat(Math.abs(found.get(layer)[text][i] - row[i])).isLessThan(2e-5f);
        }
      }
    }
  }
}
