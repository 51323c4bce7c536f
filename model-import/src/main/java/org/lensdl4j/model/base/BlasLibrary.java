package org.lensdl4j.model.base;

import com.sun.jna.NativeLibrary;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.bytedeco.javacpp.Loader;

/**
 * The OpenBLAS that ND4J multiplies with: its version, and the processor that its kernels are
 * written for, which only the library itself can say.
 *
 * @param version such as {@code 0.3.31}
 * @param kernels such as {@code SkylakeX}
 */
record BlasLibrary(String version, String kernels) {
  // Without AVX2: a quarter of what processors since 2013 can do, or less.
  private static final Set<String> OLD =
      Set.of(
          "prescott",
          "core2",
          "penryn",
          "dunnington",
          "nehalem",
          "sandybridge",
          "atom",
          "athlon",
          "opteron",
          "opteron_sse3",
          "barcelona",
          "bobcat",
          "bulldozer",
          "piledriver");

  /** The one that is loaded, unless there is none or it does not say. */
  static Optional<BlasLibrary> loaded() {
    for (Map.Entry<String, String> library : Loader.getLoadedLibraries().entrySet()) {
      if (library.getKey().startsWith("openblas")) {
        try {
          NativeLibrary at = NativeLibrary.getInstance(library.getValue());
          String config = at.getFunction("openblas_get_config").invokeString(new Object[0], false);
          String kernels =
              at.getFunction("openblas_get_corename").invokeString(new Object[0], false);
          return Optional.of(new BlasLibrary(version(config), kernels));
        } catch (LinkageError e) {
          return Optional.empty(); // jna may be left out, and a library without names as well
        }
      }
    }
    return Optional.empty();
  }

  /** From {@code OpenBLAS 0.3.31 DYNAMIC_ARCH ...}. */
  private static String version(String config) {
    String[] words = config.split(" ", 3);
    return words.length > 1 ? words[1] : config;
  }

  /** Whether the kernels are far below what a processor with AVX2 can do. */
  boolean isSlow(boolean avx2) {
    return avx2 && OLD.contains(kernels.toLowerCase(Locale.ROOT));
  }

  /** {@code OpenBLAS 0.3.31 with kernels for SkylakeX}. */
  @Override
  public String toString() {
    return String.format(Locale.ROOT, "OpenBLAS %s with kernels for %s", version, kernels);
  }
}
