package org.lensdl4j.spark;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Test;

class SparkSettingsTest {
  @Test
  void addsWhatIsMissingAndKeepsWhatIsThere() {
    SparkConf conf =
        SparkSettings.apply(
            new SparkConf(false)
                .set("spark.executorEnv.MALLOC_ARENA_MAX", "7")
                .set("spark.executor.extraJavaOptions", "-Xlog:gc"));

    assertThat(conf.get("spark.executorEnv.MALLOC_ARENA_MAX")).isEqualTo("7");
    assertThat(conf.get("spark.executorEnv.MALLOC_MMAP_THRESHOLD_")).isEqualTo("1048576");
    assertThat(conf.get("spark.executor.extraJavaOptions"))
        .startsWith("-Xlog:gc -D")
        .contains("maxphysicalbytes=0");
    assertThat(SparkSettings.apply(conf).toDebugString()).isEqualTo(conf.toDebugString());
  }
}
