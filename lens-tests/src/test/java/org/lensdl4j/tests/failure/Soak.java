package org.lensdl4j.tests.failure;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.Pointer;
import org.lensdl4j.lens.config.LensConfig;
import org.lensdl4j.lens.train.StepReport;
import org.lensdl4j.lens.train.TinyJob;
import org.lensdl4j.lens.train.TrainingJob;
import org.lensdl4j.lens.train.TrainingListener;
import org.lensdl4j.model.TransformerModel;
import org.lensdl4j.model.fixtures.TinyModels;
import org.lensdl4j.model.generate.Generator;
import org.lensdl4j.model.generate.Sampling;
import org.lensdl4j.model.generate.TokenListener;
import org.lensdl4j.model.graph.TransformerGraph;
import org.lensdl4j.model.text.TokenSequence;
import org.lensdl4j.model.trunk.HiddenStates;
import org.lensdl4j.model.trunk.Outputs;
import org.lensdl4j.model.trunk.Trunk;

/**
 * The long loops of {@link SoakTest}, in a process whose heap is taken at its start, so that what
 * the process holds more at the end is native. Arguments: which loop, how often, a folder. Writes
 * how often, how many kilobytes it holds, and how many of them in arrays of JavaCPP.
 */
final class Soak {
  /** In the folder: what was held, a line each time. */
  static final String HELD = "held.txt";

  private static final int SAID = 20;

  private final int times;
  private final Path held;
  private int done;

  private Soak(int times, Path folder) {
    this.times = times;
    held = folder.resolve(HELD);
  }

  public static void main(String[] args) throws IOException {
    Path folder = Path.of(args[2]);
    Soak soak = new Soak(Integer.parseInt(args[1]), folder);
    switch (args[0]) {
      case "training" -> soak.training(folder);
      case "generation" -> soak.generation(folder);
      default -> soak.models(folder);
    }
  }

  /** Called after each round. */
  private void round() {
    done++;
    if (done % Math.max(1, times / SAID) == 0) {
      System.gc();
      say("%d %d %d%n".formatted(done, resident(), Pointer.totalBytes() / 1024));
    }
  }

  private void say(String line) {
    try {
      Files.writeString(held, line, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static long resident() {
    try {
      return Files.readAllLines(Path.of("/proc/self/status")).stream()
          .filter(l -> l.startsWith("VmRSS:"))
          .mapToLong(l -> Long.parseLong(l.replaceAll("\\D", "")))
          .sum();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void training(Path folder) {
    try (TinyJob tiny = new TinyJob(folder, 4)) {
      LensConfig config = TinyJob.config().accumulation(2).epochs(times / 2).build();
      new TrainingJob(tiny.model, tiny.space, config, tiny.corpus, tiny.cache())
          .setListeners(
              List.of(
                  new TrainingListener() {
                    @Override
                    public void onStep(StepReport report) {
                      round();
                    }
                  }))
          .run(folder.resolve("run"));
    }
  }

  private void generation(Path folder) {
    try (TransformerModel model =
            TransformerModel.open(TinyModels.write(TinyModels.GROUPED, folder));
        Generator generator = new Generator(model.config(), model.weights())) {
      for (int i = 0; i < times; i++) {
        int[] prompt = {5, 6 + i % 5, 7, 8 + i % 3};
        generator.generate(prompt, Sampling.greedy(), 24, TokenListener.NONE);
        round();
      }
    }
  }

  private void models(Path folder) throws IOException {
    Path directory = TinyModels.write(TinyModels.GROUPED, folder);
    for (int i = 0; i < times; i++) {
      try (TransformerModel model = TransformerModel.open(directory);
          Trunk trunk = model.trunk().build();
          HiddenStates states = trunk.embed(List.of(TokenSequence.of(5, 6, 7)));
          TransformerGraph graph = model.graph().padded().tokens().layers(1, 2).build()) {
        model.tokenizer().encode("ab cd");
        trunk.advance(states, 2, Outputs.ALL_TOKENS, null);
        if (states.layer() != 2 || graph.sameDiff() == null) {
          throw new IllegalStateException(Map.of("layer", states.layer()).toString());
        }
      }
      round();
    }
  }
}
