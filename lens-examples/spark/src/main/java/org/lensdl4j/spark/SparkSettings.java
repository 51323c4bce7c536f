package org.lensdl4j.spark;

import java.util.List;
import java.util.Locale;
import org.apache.spark.SparkConf;
import org.lensdl4j.model.base.LensException;

/** What Spark has to be set to for these jobs. */
public final class SparkSettings {
  private static final String SERIALIZER = "spark.serializer";
  private static final String JAVA = "org.apache.spark.serializer.JavaSerializer";
  private static final String ENVIRONMENT = "spark.executorEnv.";
  private static final String OPTIONS = "spark.executor.extraJavaOptions";

  /**
   * Packages that Spark 3.5 opens by reflection on Java 17; for JVMs that no script of Spark
   * starts.
   */
  public static final List<String> OPENS =
      List.of(
          "java.base/java.lang",
          "java.base/java.lang.invoke",
          "java.base/java.lang.reflect",
          "java.base/java.io",
          "java.base/java.net",
          "java.base/java.nio",
          "java.base/java.util",
          "java.base/java.util.concurrent",
          "java.base/java.util.concurrent.atomic",
          "java.base/sun.nio.ch",
          "java.base/sun.nio.cs",
          "java.base/sun.security.action",
          "java.base/sun.util.calendar");

  private SparkSettings() {}

  /**
   * Adds what is missing.
   *
   * @return the same configuration
   */
  public static SparkConf apply(SparkConf conf) {
    conf.setIfMissing(SERIALIZER, JAVA);
    conf.setIfMissing("spark.ui.enabled", "false");
    conf.setIfMissing("spark.ui.showConsoleProgress", "false");
    conf.setIfMissing("spark.app.name", "lens");
    // Arrays are outside of the heap: its size must not bound them, and it is to free them soon.
    String own = "-Dorg.bytedeco.javacpp.maxbytes=0 -Dorg.bytedeco.javacpp.maxphysicalbytes=0";
    String there = conf.get(OPTIONS, "");
    if (!there.contains("javacpp.maxphysicalbytes")) {
      conf.set(OPTIONS, (there + " " + own).strip());
    }
    // glibc would keep what each task's threads gave back (docs/nd4j-traps.md).
    conf.setIfMissing(ENVIRONMENT + "MALLOC_ARENA_MAX", "2");
    conf.setIfMissing(ENVIRONMENT + "MALLOC_MMAP_THRESHOLD_", "1048576");
    conf.setIfMissing(ENVIRONMENT + "MALLOC_TRIM_THRESHOLD_", "1048576");
    return conf;
  }

  /**
   * Refuses what breaks these jobs.
   *
   * @throws LensException naming the setting
   */
  static void require(SparkConf conf) {
    String found = conf.get(SERIALIZER, JAVA);
    if (!found.equals(JAVA)) {
      throw new LensException(
          String.format(
              Locale.ROOT,
              "%s: found %s, expected %s, the only one that these jobs were tried with",
              SERIALIZER,
              found,
              JAVA));
    }
  }
}
