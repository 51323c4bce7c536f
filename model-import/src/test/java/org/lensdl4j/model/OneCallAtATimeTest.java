package org.lensdl4j.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lensdl4j.model.fixtures.TinyModels;
import org.lensdl4j.model.generate.Generator;
import org.lensdl4j.model.generate.Sampling;
import org.lensdl4j.model.generate.TokenListener;
import org.lensdl4j.model.graph.GraphRunner;
import org.lensdl4j.model.graph.Lora;
import org.lensdl4j.model.graph.LoraAdapters;
import org.lensdl4j.model.graph.TappedGraph;
import org.lensdl4j.model.graph.TransformerGraph;
import org.lensdl4j.model.text.TextTokenizer;
import org.lensdl4j.model.text.TokenSequence;
import org.lensdl4j.model.trunk.DecodedText;
import org.lensdl4j.model.trunk.HiddenStates;
import org.lensdl4j.model.trunk.Outputs;
import org.lensdl4j.model.trunk.RandomWeights;
import org.lensdl4j.model.trunk.TinyConfigs;
import org.lensdl4j.model.trunk.TokenDecoder;
import org.lensdl4j.model.trunk.Trunk;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** What holds native memory refuses a second thread and calls after closing. */
class OneCallAtATimeTest {
  private static final TinyConfigs TINY = TinyConfigs.GROUPED;
  private static final int THREADS = 4;
  private static final int CALLS = 60;

  private final RandomWeights weights = new RandomWeights(TINY.config(), new Random(11));
  @TempDir Path folder;

  @Test
  void oneGeneratorInFourThreadsIsRightOrRefuses() throws Exception {
    try (Generator generator = new Generator(TINY.config(), weights)) {
      rightOrRefused(
          n ->
              generator.generate(
                  TINY.text(new Random(n), 5 + n).ids(), Sampling.greedy(), 6, TokenListener.NONE));
    }
  }

  @Test
  void oneRunnerInFourThreadsIsRightOrRefuses() throws Exception {
    try (TransformerGraph graph =
            TransformerGraph.builder(TINY.config(), weights).padded().topLayers(1).build();
        GraphRunner runner = new GraphRunner(graph.sameDiff())) {
      INDArray mask = Nd4j.ones(2, 6);
      List<INDArray> hidden = new ArrayList<>();
      for (int n = 0; n < THREADS; n++) {
        hidden.add(Nd4j.ones(2, 6, TINY.config().hiddenSize()).muli(n + 1));
      }
      AtomicInteger within = new AtomicInteger();
      int refused =
          inThreads(
              n -> {
                runner.run(Map.of("hidden", hidden.get(n), "mask", mask), List.of(graph.output()));
                return within.incrementAndGet();
              });
      assertThat(within.get() + refused).isEqualTo(THREADS * CALLS);
      assertThat(within.get()).isPositive();
    }
  }

  /** Before, the states of one call could be overwritten by the next while they were copied. */
  @Test
  void oneTappedGraphInFourThreadsIsRightOrRefuses() throws Exception {
    try (TransformerGraph graph =
            TransformerGraph.builder(TINY.config(), weights).padded().topLayers(1).build();
        TappedGraph tapped =
            TappedGraph.of(graph.sameDiff(), List.of("hidden", "mask"), graph.output())) {
      rightOrRefused(
          n -> {
            try (INDArray hidden = Nd4j.ones(2, 6, TINY.config().hiddenSize()).muli(n + 1);
                INDArray mask = Nd4j.ones(2, 6);
                INDArray found =
                    tapped
                        .run(Map.of("hidden", hidden, "mask", mask), List.of(graph.output()))
                        .get(graph.output())) {
              return found.toStringFull();
            }
          });
      tapped.close();
      refused(
          "this tapped graph",
          () ->
              tapped.run(
                  Map.of(
                      "hidden",
                      Nd4j.ones(2, 6, TINY.config().hiddenSize()),
                      "mask",
                      Nd4j.ones(2, 6)),
                  List.of(graph.output())));
    }
  }

  @Test
  void oneTrunkInFourThreadsIsRightOrRefuses() throws Exception {
    try (Trunk trunk = Trunk.builder(TINY.config(), weights).threads(1).build()) {
      rightOrRefused(
          n -> {
            try (HiddenStates states = trunk.embed(List.of(TINY.text(new Random(n), 4 + n)))) {
              trunk.advance(states, 2, Outputs.LAST_TOKEN, null);
              float[] last = new float[TINY.config().hiddenSize()];
              states.last(0, last);
              return last;
            }
          });
    }
  }

  @Test
  void nothingIsUsedAfterItWasClosed() {
    Generator generator = new Generator(TINY.config(), weights);
    TokenDecoder decoder = new TokenDecoder(TINY.config(), weights);
    DecodedText text = decoder.begin(new int[] {3, 4}, null);
    Trunk trunk = Trunk.builder(TINY.config(), weights).build();
    HiddenStates states = trunk.embed(List.of(TokenSequence.of(3, 4)));
    TransformerGraph graph =
        TransformerGraph.builder(TINY.config(), weights)
            .padded()
            .topLayers(1)
            .lora(Lora.rank(2))
            .build();
    GraphRunner runner = new GraphRunner(graph.sameDiff());
    LoraAdapters adapters = graph.adapters();
    for (AutoCloseable open :
        List.of(generator, decoder, trunk, states, runner, graph, adapters, generator, graph)) {
      closed(open);
    }
    refused(
        "this generator",
        () -> generator.generate(new int[] {3}, Sampling.greedy(), 1, TokenListener.NONE));
    refused("this token decoder", () -> decoder.begin(new int[] {3}, null));
    refused("this token decoder", () -> decoder.append(text, 3));
    refused("this token decoder", () -> decoder.read(List.of(text)));
    refused("this token decoder", () -> decoder.scores(0));
    refused("this token decoder", () -> decoder.end(text));
    refused("this trunk", () -> trunk.embed(List.of(TokenSequence.of(3))));
    refused("this trunk", () -> trunk.advance(states, 1, Outputs.ALL_TOKENS, null));
    refused("this trunk", () -> trunk.score(new float[0], new int[0][]));
    refused("this trunk", () -> trunk.logits(null));
    refused(
        "this set of hidden states", () -> states.last(0, new float[TINY.config().hiddenSize()]));
    refused("this graph", graph::trainableWeights);
    refused("this graph", graph::adapters);
    refused("this graph", () -> graph.train("*"));
    refused(
        "this graph", () -> TransformerGraph.builder(TINY.config(), weights).shareWeights(graph));
    refused("this graph runner", () -> runner.run(Map.of(), List.of("layer_3")));
    refused("this graph runner", () -> runner.gradients(Map.of(), List.of(), List.of()));
    refused("this set of adapters", () -> adapters.merge(weights));
  }

  @Test
  void aClosedModelHandsOutNoTokenizer() {
    TransformerModel model = TransformerModel.open(TinyModels.write(TinyModels.GROUPED, folder));
    TextTokenizer tokenizer = model.tokenizer();
    int[] ids = tokenizer.encode("a text");
    model.close();
    model.close();
    refused("the model " + model.source(), model::tokenizer);
    refused("the model " + model.source(), model::chatTemplate);
    refused("the tokenizer of", () -> tokenizer.encode("a text"));
    refused("the tokenizer of", () -> tokenizer.decode(ids));
  }

  private interface Call {
    Object of(int thread) throws Exception;
  }

  /** What each thread alone gets, or a refusal. */
  private static void rightOrRefused(Call call) throws Exception {
    List<Object> alone = new ArrayList<>();
    for (int n = 0; n < THREADS; n++) {
      alone.add(call.of(n));
    }
    AtomicInteger answered = new AtomicInteger();
    int refused =
        inThreads(
            n -> {
              assertThat(call.of(n)).isEqualTo(alone.get(n));
              return answered.incrementAndGet();
            });
    assertThat(answered.get() + refused).isEqualTo(THREADS * CALLS);
    assertThat(answered.get()).isPositive();
  }

  /** How many calls were refused. */
  private static int inThreads(Call call) throws Exception {
    ExecutorService pool = Executors.newFixedThreadPool(THREADS);
    AtomicInteger refused = new AtomicInteger();
    try {
      List<Callable<Void>> work = new ArrayList<>();
      for (int t = 0; t < THREADS; t++) {
        int n = t;
        work.add(
            () -> {
              for (int i = 0; i < CALLS; i++) {
                try {
                  call.of(n);
                } catch (IllegalStateException e) {
                  assertThat(e).hasMessageContaining("is in use: it takes one call at a time");
                  refused.incrementAndGet();
                }
              }
              return null;
            });
      }
      for (Future<Void> done : pool.invokeAll(work)) {
        done.get();
      }
      return refused.get();
    } finally {
      pool.shutdown();
    }
  }

  private static void closed(AutoCloseable open) {
    assertThatCode(open::close).doesNotThrowAnyException();
    assertThatCode(open::close).doesNotThrowAnyException();
  }

  private static void refused(String what, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining(what)
        .hasMessageEndingWith("has been closed");
  }
}
