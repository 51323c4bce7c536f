package org.lensdl4j.model.trunk;

import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.lensdl4j.model.TransformerModel;
import org.lensdl4j.model.text.TokenSequence;

/**
 * Time of each layer of the real model, and where it goes by sampling the workers' stacks.
 *
 * <p>Arguments: GGUF file, shared folder, texts a language, batch tokens, threads, layers.
 */
public final class TrunkBenchmark {
  private static final PrintStream OUT = System.out;

  private TrunkBenchmark() {}

  public static void main(String[] args) throws Exception {
    int layers = Integer.parseInt(args[5]);
    try (TransformerModel model = TransformerModel.open(Path.of(args[0]))) {
      List<TokenSequence> texts =
          SmolPrompts.probe(model, Path.of(args[1]), Integer.parseInt(args[2]), false);
      long tokens = texts.stream().mapToLong(TokenSequence::length).sum();
      for (int round = 0; round < 2; round++) {
        try (Trunk trunk =
                Trunk.builder(model.config(), model.weights())
                    .batchTokens(Integer.parseInt(args[3]))
                    .threads(Integer.parseInt(args[4]))
                    .build();
            HiddenStates states = trunk.embed(texts)) {
          long rows = states.starts[states.texts()];
          OUT.printf(
              "%d texts, %d tokens, prefix %d, %d rows%n",
              texts.size(), tokens, states.prefixLength(), rows);
          Sampler sampler = new Sampler();
          sampler.start();
          List<Double> millis = new ArrayList<>();
          List<Double> cpu = new ArrayList<>();
          long[] last = {System.nanoTime(), workerTime()};
          trunk.advance(
              states,
              layers,
              Outputs.LAST_TOKEN,
              (layer, s) -> {
                long now = System.nanoTime();
                millis.add((now - last[0]) / 1e6);
                last[0] = now;
                long time = workerTime();
                cpu.add((time - last[1]) / 1e6);
                last[1] = time;
              });
          sampler.interrupt();
          sampler.join();
          OUT.println("ms a layer:");
          OUT.println(millis.stream().map(m -> String.format("%.0f", m)).toList());
          OUT.println("ms of processor time in the workers:");
          OUT.println(cpu.stream().map(m -> String.format("%.0f", m)).toList());
          double best = millis.stream().mapToDouble(m -> m).skip(1).min().orElse(0);
          if (layers > 2) {
            best = millis.subList(1, layers - 1).stream().mapToDouble(m -> m).min().orElse(0);
          }
          OUT.printf(
              "best layer %.1f ms: %.1f ms for 3,200 tokens given, %.1f ms for 3,200 rows%n",
              best, best * 3200 / tokens, best * 3200 / rows);
          sampler.print();
        }
      }
    }
  }

  private static long workerTime() {
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    long sum = 0;
    for (Thread thread : Thread.getAllStackTraces().keySet()) {
      if (thread.getName().startsWith("lens-trunk")) {
        sum += threads.getThreadCpuTime(thread.getId());
      }
    }
    return sum;
  }

  /** Counts the topmost frame of ours in each worker, every two milliseconds. */
  private static final class Sampler extends Thread {
    private final Map<String, Integer> counts = new ConcurrentHashMap<>();
    private int samples;

    Sampler() {
      setDaemon(true);
    }

    @Override
    public void run() {
      try {
        while (true) {
          Thread.sleep(2);
          for (Map.Entry<Thread, StackTraceElement[]> e : getAllStackTraces().entrySet()) {
            if (e.getKey().getName().startsWith("lens-")) {
              for (StackTraceElement frame : e.getValue()) {
                if (frame.getClassName().startsWith("org.lensdl4j")) {
                  String name = frame.getClassName().replaceAll(".*\\.", "");
                  counts.merge(
                      name + "." + frame.getMethodName() + ":" + frame.getLineNumber(),
                      1,
                      Integer::sum);
                  samples++;
                  break;
                }
              }
            }
          }
        }
      } catch (InterruptedException e) {
        return;
      }
    }

    void print() {
      Map<Integer, String> sorted = new TreeMap<>();
      counts.forEach((k, v) -> sorted.merge(-v, k, (a, b) -> a + " " + b));
      sorted.entrySet().stream()
          .limit(25)
          .forEach(e -> OUT.printf("%5.1f %%  %s%n", -100.0 * e.getKey() / samples, e.getValue()));
    }
  }
}
