package org.lensdl4j.lens.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.lensdl4j.model.testing.Seeds;

/** Turns are in the order of micro-batches, whoever is faster, and failures leave nothing open. */
class LanesTest {
  /** What a lane works with. */
  private static final class Graph implements AutoCloseable {
    private final boolean refuses;
    int closed;

    Graph(boolean refuses) {
      this.refuses = refuses;
    }

    @Override
    public void close() {
      closed++;
      if (refuses) {
        throw new IllegalStateException("refuses to close");
      }
    }
  }

  private static List<Graph> graphs(int count) {
    return IntStream.range(0, count).mapToObj(i -> new Graph(false)).toList();
  }

  @Test
  void turnsAreTakenInOrder() {
    Seeds.forAll(
        10,
        random -> {
          int micros = random.nextInt(9);
          long[] delays = random.longs(micros, 0, 3).toArray();
          List<Integer> taken = Collections.synchronizedList(new ArrayList<>());
          try (Lanes<Graph> lanes = new Lanes<>(graphs(1 + random.nextInt(4)))) {
            for (int step = 0; step < 2; step++) {
              lanes.run(
                  micros,
                  (micro, graph) -> {
                    pause(delays[micro]);
                    return () -> taken.add(micro);
                  });
            }
          }
          List<Integer> once = IntStream.range(0, micros).boxed().toList();
          List<Integer> twice = new ArrayList<>(once);
          twice.addAll(once);
          assertThat(taken).isEqualTo(twice);
        });
  }

  private static void pause(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void theFirstThatFailsIsThrownAndNoneAfterItTakesItsTurn() {
    Seeds.forAll(
        10,
        random -> {
          int micros = 2 + random.nextInt(7);
          int bad = random.nextInt(micros);
          boolean inTurn = random.nextBoolean();
          List<Integer> taken = Collections.synchronizedList(new ArrayList<>());
          try (Lanes<Graph> lanes = new Lanes<>(graphs(1 + random.nextInt(3)))) {
            assertThatThrownBy(
                    () ->
                        lanes.run(
                            micros,
                            (micro, graph) -> {
                              if (micro >= bad && !inTurn) {
                                throw new TrainingException("micro-batch " + micro);
                              }
                              return () -> {
                                if (micro >= bad) {
                                  throw new TrainingException("micro-batch " + micro);
                                }
                                taken.add(micro);
                              };
                            }))
                .hasMessage("micro-batch " + bad);
            assertThat(taken).isEqualTo(IntStream.range(0, bad).boxed().toList());
            lanes.run(1, (micro, graph) -> () -> taken.add(-1));
          }
          assertThat(taken).endsWith(-1);
        });
  }

  @Test
  void allGraphsAreClosedAlsoWhenOneRefuses() {
    List<Graph> graphs = List.of(new Graph(true), new Graph(false), new Graph(true));
    Lanes<Graph> lanes = new Lanes<>(graphs);
    assertThatThrownBy(lanes::close).hasMessage("refuses to close");
    assertThat(graphs).allMatch(g -> g.closed == 1);
  }
}
