package org.lensdl4j.model.base;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.lensdl4j.model.testing.Seeds;
import org.nd4j.linalg.factory.Nd4j;

class NativeThreadsTest {
  /** In whatever order users come and go, one thread while there are any, then as before. */
  @Test
  void theLastThatGoesRestores() {
    List<Integer> before = threads();
    Seeds.forAll(
        20,
        random -> {
          List<NativeThreads> users = new ArrayList<>();
          for (int i = 0; i < 20; i++) {
            if (users.isEmpty() || random.nextBoolean()) {
              users.add(NativeThreads.single());
            } else {
              NativeThreads gone = users.remove(random.nextInt(users.size()));
              gone.close();
              gone.close();
            }
            assertThat(threads()).isEqualTo(users.isEmpty() ? before : List.of(1, 1));
          }
          users.forEach(NativeThreads::close);
          assertThat(threads()).isEqualTo(before);
        });
  }

  /** Of operations and of BLAS; the environment's own maxThreads() cannot be set to 1. */
  private static List<Integer> threads() {
    return List.of(Nd4j.getEnvironment().maxMasterThreads(), Nd4j.factory().blas().getMaxThreads());
  }
}
