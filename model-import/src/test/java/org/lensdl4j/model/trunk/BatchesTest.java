package org.lensdl4j.model.trunk;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.lensdl4j.model.config.Rotary;
import org.lensdl4j.model.testing.Seeds;

class BatchesTest {
  private static final Rotary ROTARY = Rotary.plain(10_000);

  @Test
  void everyRowIsInOneBatchAndTextsGoOnInOrder() {
    Seeds.forAll(
        200,
        random -> {
          int most = 1 + random.nextInt(300);
          HiddenStates states = states(random);
          long row = states.prefixLength;
          int[] done = new int[states.texts()];
          for (List<Batches.Batch> unit : Batches.of(states, ROTARY, most)) {
            for (Batches.Batch batch : unit) {
              assertThat(batch.first()).isEqualTo(row);
              assertThat(batch.rows()).isBetween(1, most);
              row += segments(batch, states, done);
            }
          }
          assertThat(row).isEqualTo(states.starts[states.texts()]);
          for (int i = 0; i < done.length; i++) {
            assertThat(done[i]).isEqualTo(states.ownLength(i));
          }
        });
  }

  private static int segments(Batches.Batch batch, HiddenStates states, int[] done) {
    int at = 0;
    for (Segment s : batch.segments()) {
      assertThat(s.row()).isEqualTo(at);
      assertThat(s.start()).isEqualTo(states.prefixLength + done[s.text()]);
      done[s.text()] += s.count();
      boolean ends = done[s.text()] == states.ownLength(s.text());
      assertThat(s.endsText()).isEqualTo(ends);
      assertThat(s.padPosition()).isEqualTo(ends ? states.padPositions[s.text()] : -1);
      at += s.count();
    }
    assertThat(at).isEqualTo(batch.rows());
    return at;
  }

  /** Units run on different threads, so a text must not be in two of them. */
  @Test
  void noTextIsInTwoUnits() {
    Seeds.forAll(
        100,
        random -> {
          HiddenStates states = states(random);
          int[] unitOf = new int[states.texts()];
          Arrays.fill(unitOf, -1);
          List<List<Batches.Batch>> units = Batches.of(states, ROTARY, 1 + random.nextInt(200));
          for (int u = 0; u < units.size(); u++) {
            for (Batches.Batch batch : units.get(u)) {
              for (Segment s : batch.segments()) {
                assertThat(unitOf[s.text()]).isIn(-1, u);
                unitOf[s.text()] = u;
              }
            }
          }
          assertThat(unitOf).doesNotContain(-1);
        });
  }

  @Test
  void theSharedTokensAreOneUnitThatNoTextEnds() {
    HiddenStates states = states(new Random(2), 250, new int[] {3, 4});
    List<Batches.Batch> prefix = Batches.prefix(states, ROTARY, 100);
    assertThat(prefix.stream().map(Batches.Batch::rows)).containsExactly(100, 100, 50);
    assertThat(prefix.stream().map(b -> b.segments().get(0)))
        .allSatisfy(s -> assertThat(s.text()).isEqualTo(-1))
        .noneMatch(Segment::endsText)
        .extracting(Segment::start)
        .containsExactly(0, 100, 200);
  }

  private static HiddenStates states(Random random) {
    int[] lengths = new int[1 + random.nextInt(30)];
    for (int i = 0; i < lengths.length; i++) {
      lengths[i] = 1 + random.nextInt(random.nextInt(4) == 0 ? 500 : 40);
    }
    return states(random, random.nextInt(20), lengths);
  }

  private static HiddenStates states(Random random, int prefix, int[] lengths) {
    long[] starts = new long[lengths.length + 1];
    starts[0] = prefix;
    int[] pads = new int[lengths.length];
    for (int i = 0; i < lengths.length; i++) {
      starts[i + 1] = starts[i] + lengths[i];
      pads[i] = random.nextInt(5) == 0 ? prefix + lengths[i] + random.nextInt(9) : -1;
    }
    return new HiddenStates(8, prefix, starts, pads, null);
  }
}
