package org.lensdl4j.model.generate;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ObjIntConsumer;
import java.util.stream.IntStream;
import org.lensdl4j.model.base.Guard;
import org.lensdl4j.model.config.ModelConfig;
import org.lensdl4j.model.trunk.TokenDecoder;
import org.lensdl4j.model.trunk.Variant;
import org.lensdl4j.model.weights.OverlayWeights;
import org.lensdl4j.model.weights.Weights;

/**
 * Continues token sequences, many side by side, over caches of keys and values, with all layers
 * widened in memory.
 *
 * <pre>{@code
 * try (Generator generator = new Generator(config, weights)) {
 *   List<Generated> answers = generator.generate(requests);
 * }
 * }</pre>
 *
 * <p>A text that has ended leaves the batch, and one that waits takes its place. Tokens do not
 * depend on the batch, beyond the rounding of scores: see {@link Generated#margin}.
 *
 * <p>Memory: four bytes for each weight; beside them, for each text of a batch, {@link
 * TokenDecoder#bytesPerToken} on the heap for each of its tokens (46 kB in SmolLM2-135M, 25 kB in
 * Qwen2.5-0.5B), and four bytes for each token of the vocabulary. Batches become narrower when two
 * fifths of the heap would not do.
 *
 * <p>One call at a time: each thread needs a generator of its own.
 */
public final class Generator implements AutoCloseable {
  /** Texts at once if nothing else is said. */
  public static final int BATCH = 64;

  private final ModelConfig config;
  private final int batch;
  private final TokenDecoder decoder;
  private final Guard guard = new Guard("this generator");

  /**
   * Reads all layers: four bytes of memory for each weight.
   *
   * @param weights any, also trained ones over those of a file; open while this is in use
   */
  public Generator(ModelConfig config, Weights weights) {
    this(config, weights, BATCH);
  }

  /**
   * Reads all layers.
   *
   * @param weights as above
   * @param batch the most texts at once
   */
  public Generator(ModelConfig config, Weights weights, int batch) {
    if (batch < 1) {
      throw new IllegalArgumentException("batch is " + batch + ", must be positive");
    }
    this.config = config;
    this.batch = batch;
    decoder = new TokenDecoder(config, weights);
  }

  /**
   * Other weights over this generator's, for {@link Request#by}: a trained run's beside the
   * model's, for example. The layers that they share are in memory once, and the same prompt goes
   * through them once if its requests stand next to each other.
   *
   * @param over laid over the weights that this generator was made with; its values are read now
   * @return closed by the caller, or with this generator
   * @throws IllegalArgumentException if they lie over others, or change what is below all layers
   */
  public Variant variant(OverlayWeights over) {
    return decoder.variant(over);
  }

  /**
   * Generates until a token ends the text, the listener has enough, or the model's positions are
   * used up.
   *
   * @param prompt at least one token
   * @param maxTokens the most tokens to generate
   * @return the generated tokens, without the one that ends the text
   */
  public int[] generate(int[] prompt, Sampling sampling, int maxTokens, TokenListener listener) {
    Request request = new Request(prompt, sampling, maxTokens).heardBy(listener);
    return generate(List.of(request)).get(0).tokens();
  }

  /**
   * Generates many texts, each until a token ends it, its listener has enough, or the model's
   * positions are used up. Listeners hear one token of each text of the batch in turn.
   *
   * @return the texts in the order of the requests
   * @throws IllegalArgumentException if a prompt is empty, too long for the model, or holds an id
   *     outside of the vocabulary; nothing is generated then
   */
  public List<Generated> generate(List<Request> requests) {
    return generate(requests, (generated, index) -> {});
  }

  /**
   * Generates many texts, as above.
   *
   * @param done is told each text as soon as it has ended, with the number of its request from 0
   */
  public List<Generated> generate(List<Request> requests, ObjIntConsumer<Generated> done) {
    try (Guard.Use ignored = guard.enter()) {
      List<Running> all = new ArrayList<>();
      for (int i = 0; i < requests.size(); i++) {
        check(requests, i);
        all.add(new Running(requests.get(i), i, config, decoder));
      }
      run(all.stream().filter(Running::wantsTokens).toList(), done);
      return all.stream().map(Running::result).toList();
    }
  }

  private void check(List<Request> requests, int i) {
    try {
      decoder.check(requests.get(i).prompt());
    } catch (IllegalArgumentException e) {
      String which =
          requests.size() > 1
              ? String.format(Locale.ROOT, "prompt %d of %d: ", i + 1, requests.size())
              : "";
      throw new IllegalArgumentException(which + e.getMessage(), e);
    }
  }

  private void run(List<Running> all, ObjIntConsumer<Generated> done) {
    List<Running> active = new ArrayList<>();
    int next = 0;
    try {
      while (next < all.size() || !active.isEmpty()) {
        while (next < all.size() && admits(active, all.get(next))) {
          active.add(all.get(next++));
        }
        active.forEach(Running::begin);
        step(active);
        List<Running> left = new ArrayList<>(active);
        left.removeIf(Running::goesOn);
        active.removeAll(left);
        left.forEach(text -> done.accept(text.result(), text.index()));
      }
    } finally {
      active.forEach(Running::end);
    }
  }

  /** Reads what is new of all texts and chooses their next tokens. */
  private void step(List<Running> active) {
    decoder.read(active.stream().map(Running::text).toList());
    IntStream.range(0, active.size())
        .parallel()
        .forEach(i -> active.get(i).choose(decoder.scores(i)));
  }

  private boolean admits(List<Running> active, Running next) {
    long tokens = next.longest() + active.stream().mapToLong(Running::longest).sum();
    long room = Runtime.getRuntime().maxMemory() / 5 * 2 / TokenDecoder.bytesPerToken(config);
    return active.isEmpty() || active.size() < batch && tokens <= room;
  }

  @Override
  public void close() {
    guard.close(decoder::close);
  }
}
