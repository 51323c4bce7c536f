package org.lensdl4j.model.graph;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.lensdl4j.model.testing.Seeds;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

class ReusedMemoryTest {
  @Test
  void arraysInUseNeverShareMemory() {
    Seeds.forAll(
        5,
        random -> {
          ReusedMemory memory = new ReusedMemory();
          List<INDArray> inUse = new ArrayList<>();
          List<Float> values = new ArrayList<>();
          for (int i = 0; i < 60; i++) {
            if (!inUse.isEmpty() && random.nextInt(3) == 0) {
              int gone = random.nextInt(inUse.size());
              values.remove(gone);
              memory.release(inUse.remove(gone));
            } else {
              INDArray array = memory.allocate(false, DataType.FLOAT, shape(random));
              array.assign(i);
              inUse.add(array);
              values.add((float) i);
            }
            for (int k = 0; k < inUse.size(); k++) {
              assertThat(inUse.get(k).minNumber().floatValue()).isEqualTo(values.get(k));
              assertThat(inUse.get(k).maxNumber().floatValue()).isEqualTo(values.get(k));
            }
          }
          memory.close();
          assertThat(memory.bytes()).isZero();
        });
  }

  @Test
  void theSameRunAgainTakesNoFurtherMemory() {
    ReusedMemory memory = new ReusedMemory();
    long first = 0;
    for (int run = 0; run < 5; run++) {
      Random random = new Random(3);
      for (int i = 0; i < 10; i++) {
        memory.allocate(false, DataType.FLOAT, shape(random));
      }
      first = run == 0 ? memory.bytes() : first;
      assertThat(memory.bytes()).isEqualTo(first).isPositive();
      memory.reclaim();
    }
    memory.close();
  }

  @Test
  void batchesOfOtherLengthsDoNotAddUp() {
    ReusedMemory memory = new ReusedMemory();
    for (int length = 2000; length < 40_000; length += 3000) {
      memory.allocate(false, DataType.FLOAT, length);
      memory.reclaim();
    }
    assertThat(memory.bytes()).isLessThan(2L * 40_000 * Float.BYTES);
    memory.close();
  }

  private static long[] shape(Random random) {
    return new long[] {1 + random.nextInt(60), 1 + random.nextInt(60)};
  }
}
