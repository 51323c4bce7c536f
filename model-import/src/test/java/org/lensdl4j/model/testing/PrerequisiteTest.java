package org.lensdl4j.model.testing;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class PrerequisiteTest {

  @Test
  @Tag("python")
  void aTaggedTestRunsOnlyWithItsPrerequisite() {
    assertThat(Prerequisite.PYTHON.present()).isTrue();
    assertThat(Prerequisite.PYTHON.path()).exists();
  }

  @Test
  void theAdviceNamesTheProperty() {
    assertThat(Prerequisite.SHARED.advice()).startsWith("-Dlens.shared=<");
  }
}
