package org.lensdl4j.lens.train;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.lensdl4j.model.weights.JsonFiles;

/**
 * The cost of a run, from its {@code run.json}: sums over the sessions of a run that was
 * interrupted. The seconds of a process that was killed are lost.
 *
 * @param seconds wall time of training, without that of the states
 * @param cpuSeconds of the process in that time, all threads together; 0 where the system does not
 *     say
 * @param stateSeconds wall time until the states that enter the trained layers were there; those
 *     that another run left in the cache cost next to nothing
 * @param tokens that training goes through: of all texts, times the epochs
 * @param trainedWeights numbers that the optimiser changes
 * @param weights of the whole model
 * @param peakBytes largest resident memory of the process, whatever else it did; 0 where the system
 *     does not say
 */
public record RunCost(
    double seconds,
    double cpuSeconds,
    double stateSeconds,
    long tokens,
    long trainedWeights,
    long weights,
    long peakBytes) {
  static final String FIELD = "cost";
  private static final Path STATUS = Path.of("/proc/self/status");

  /**
   * Reads a run folder.
   *
   * @return empty if the run is of a version that did not count, or has not got so far
   * @throws org.lensdl4j.model.base.ModelFormatException if {@code run.json} cannot be read
   */
  public static Optional<RunCost> read(Path run) {
    JsonNode node = JsonFiles.read(run.resolve("run.json")).path(FIELD);
    return node.isObject() ? Optional.of(of(node)) : Optional.empty();
  }

  /** Of an object with the fields by name; 0 where one is missing. */
  public static RunCost of(JsonNode node) {
    return new RunCost(
        node.path("seconds").asDouble(),
        node.path("cpuSeconds").asDouble(),
        node.path("stateSeconds").asDouble(),
        node.path("tokens").asLong(),
        node.path("trainedWeights").asLong(),
        node.path("weights").asLong(),
        node.path("peakBytes").asLong());
  }

  /** This and a later session of the same run. */
  RunCost and(RunCost later) {
    return new RunCost(
        seconds + later.seconds,
        cpuSeconds + later.cpuSeconds,
        stateSeconds + later.stateSeconds,
        later.tokens,
        later.trainedWeights,
        later.weights,
        Math.max(peakBytes, later.peakBytes));
  }

  void write(ObjectNode to) {
    to.putObject(FIELD)
        .put("seconds", seconds)
        .put("cpuSeconds", cpuSeconds)
        .put("stateSeconds", stateSeconds)
        .put("tokens", tokens)
        .put("trainedWeights", trainedWeights)
        .put("weights", weights)
        .put("peakBytes", peakBytes);
  }

  /** CPU time of this process so far, in seconds; 0 where the system does not say. */
  public static double cpuOfThisProcess() {
    return ProcessHandle.current()
        .info()
        .totalCpuDuration()
        .map(d -> d.toMillis() / 1e3)
        .orElse(0.0);
  }

  /** The largest resident memory of this process so far; 0 where the system does not say. */
  public static long peakOfThisProcess() {
    try {
      for (String line : Files.readAllLines(STATUS)) {
        if (line.startsWith("VmHWM:")) {
          return 1024 * Long.parseLong(line.replaceAll("\\D", ""));
        }
      }
    } catch (IOException | RuntimeException e) {
      // Only Linux has it.
    }
    return 0;
  }
}
