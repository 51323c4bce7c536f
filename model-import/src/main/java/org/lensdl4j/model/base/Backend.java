package org.lensdl4j.model.base;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import org.nd4j.linalg.api.environment.Nd4jEnvironment;
import org.nd4j.linalg.factory.Nd4j;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What ND4J computes on. ND4J uses the backend that it finds on the class path; the Maven profile
 * {@code cuda} puts the one for graphics cards there. This is the only class that knows backends by
 * name.
 *
 * @param name what ND4J calls it: {@code CPU} or {@code CUDA}
 * @param devices one line each: the cards of {@code CUDA}, or the library and threads of {@code
 *     CPU}
 */
public record Backend(String name, List<String> devices) {
  private static final Logger LOG = LoggerFactory.getLogger(Backend.class);

  /** nd4j-cuda 1.0.0-M2.1 holds machine code for 3.7 to 8.6; it also fits later cards of line 8. */
  private static final double OLDEST_CARD = 3.7;

  private static final int NEWEST_LINE = 8;

  private static final String WITHOUT_CUDA =
      "; build without -Pcuda to compute on the CPU (docs/plugin.md, Backends)";

  public Backend {
    devices = List.copyOf(devices);
  }

  /**
   * Starts ND4J and tries some small products, in tens of milliseconds.
   *
   * @throws BackendException in one line, if there is no backend, or one that cannot serve this
   *     machine or multiplies wrongly, and what to do
   */
  public static Backend start() {
    try {
      Properties facts = Nd4j.getExecutioner().getEnvironmentInformation();
      Backend backend = of(facts);
      tryOut(facts);
      return backend;
    } catch (LinkageError e) {
      throw notStarted(e);
    } catch (RuntimeException e) {
      if (e instanceof BackendException known) {
        throw known;
      }
      throw notStarted(e);
    }
  }

  private static void tryOut(Properties facts) {
    Optional<String> fault = ProductCheck.firstFault();
    Optional<BlasLibrary> loaded = BlasLibrary.loaded();
    if (fault.isPresent()) {
      String name = String.valueOf(facts.get(Nd4jEnvironment.BACKEND_KEY));
      throw wrong(name, loaded, fault.get());
    }
    loaded
        .filter(library -> library.isSlow(hasAvx2()))
        .ifPresent(
            library ->
                LOG.warn(
                    "{} is far slower than this processor allows: unset OPENBLAS_CORETYPE, or use"
                        + " the version of OpenBLAS that Lens brings",
                    library));
  }

  /** Products are wrong. */
  static BackendException wrong(String backend, Optional<BlasLibrary> library, String fault) {
    String what =
        library
            .map(
                l ->
                    l
                        + String.format(
                            Locale.ROOT,
                            " computes wrong products here (%s): set OPENBLAS_CORETYPE=Haswell, or use",
                            fault)
                        + " the version of OpenBLAS that Lens brings (docs/nd4j-traps.md)")
            .orElse(
                String.format(
                    Locale.ROOT, "the backend %s computes wrong products: %s", backend, fault));
    return new BackendException(what + (library.isEmpty() ? WITHOUT_CUDA : ""), null);
  }

  private static boolean hasAvx2() {
    Path facts = Path.of("/proc/cpuinfo");
    try {
      return Files.isReadable(facts) && Files.readString(facts).contains(" avx2");
    } catch (IOException e) {
      return false; // not known, so nothing is said
    }
  }

  /** Reads what ND4J reports; refuses cards that its machine code was not built for. */
  static Backend of(Properties facts) {
    String name = String.valueOf(facts.getOrDefault(Nd4jEnvironment.BACKEND_KEY, "unknown"));
    if (!(facts.get(Nd4jEnvironment.CUDA_DEVICE_INFORMATION_KEY) instanceof List<?> cards)) {
      return new Backend(
          name,
          List.of(
              String.format(
                  Locale.ROOT,
                  "%s, %s of %s cores",
                  BlasLibrary.loaded()
                      .map(BlasLibrary::toString)
                      .orElseGet(
                          () ->
                              String.valueOf(
                                  facts.getOrDefault(
                                      Nd4jEnvironment.BLAS_VENDOR_KEY, "unknown BLAS"))),
                  facts.getOrDefault(Nd4jEnvironment.OMP_THREADS_KEY, "?"),
                  facts.getOrDefault(Nd4jEnvironment.CPU_CORES_KEY, "?"))));
    }
    List<String> devices = new ArrayList<>();
    for (Object card : cards) {
      devices.add(card((Map<?, ?>) card));
    }
    return new Backend(name, devices);
  }

  private static String card(Map<?, ?> card) {
    Object title = card.get(Nd4jEnvironment.CUDA_DEVICE_NAME_KEY);
    String capability =
        card.get(Nd4jEnvironment.CUDA_DEVICE_MAJOR_VERSION_KEY)
            + "."
            + card.get(Nd4jEnvironment.CUDA_DEVICE_MINOR_VERSION_KEY);
    double number = Double.parseDouble(capability);
    if (number < OLDEST_CARD || number >= NEWEST_LINE + 1) {
      throw new BackendException(
          String.format(
              Locale.ROOT,
              "the card %s has compute capability %s; ND4J 1.0.0-M2.1 holds code for %s to %d.x (Kepler to Ada)%s",
              title,
              capability,
              OLDEST_CARD,
              NEWEST_LINE,
              WITHOUT_CUDA),
          null);
    }
    Object memory = card.get(Nd4jEnvironment.CUDA_TOTAL_MEMORY_KEY);
    return memory instanceof Number bytes
        ? String.format(
            Locale.ROOT, "%s, capability %s, %.1f GB", title, capability, bytes.doubleValue() / 1e9)
        : title + ", capability " + capability;
  }

  private static BackendException notStarted(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null && root.getCause() != root) {
      root = root.getCause();
    }
    if (root instanceof NumberFormatException && System.getenv("OMP_NUM_THREADS") != null) {
      return new BackendException(
          String.format(
              Locale.ROOT,
              "ND4J did not start: OMP_NUM_THREADS is '%s', expected a whole number of threads (%s)",
              System.getenv("OMP_NUM_THREADS"),
              root.getMessage()),
          failure);
    }
    String reason = root.getMessage() == null ? root.getClass().getSimpleName() : root.getMessage();
    String first = reason.lines().findFirst().orElse(reason).strip();
    return new BackendException(
        root.getClass().getSimpleName().contains("NoAvailableBackend")
            ? "ND4J finds no backend that runs on this machine: put org.nd4j:nd4j-native with its"
                + " classifier on the class path; with nd4j-cuda-11.6, a card with its driver and the"
                + " CUDA 11 libraries are needed"
                + WITHOUT_CUDA
            : "ND4J did not start: " + first + WITHOUT_CUDA,
        failure);
  }

  /** One line for people: {@code CPU (OpenBLAS 0.3.31 with kernels for SkylakeX, 2 of 2 cores)}. */
  @Override
  public String toString() {
    return name + " (" + String.join("; ", devices) + ")";
  }
}
