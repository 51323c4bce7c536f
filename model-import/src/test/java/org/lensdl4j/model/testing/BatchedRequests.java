package org.lensdl4j.model.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.lensdl4j.model.config.ModelConfig;
import org.lensdl4j.model.generate.Generated;
import org.lensdl4j.model.generate.Generator;
import org.lensdl4j.model.generate.Request;
import org.lensdl4j.model.generate.Sampling;
import org.lensdl4j.model.trunk.StateEdit;
import org.lensdl4j.model.weights.Weights;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Many requests of all kinds, answered in batches and one by one. */
public final class BatchedRequests {
  /** Scores nearer to each other than this may change places from batch to batch. */
  private static final float TIE = 1e-4f;

  private static final Logger LOG = LoggerFactory.getLogger(BatchedRequests.class);

  private BatchedRequests() {}

  /**
   * Several lengths, beginnings in common, the same prompt several times, early ends, edits of
   * several layers and draws at random.
   */
  public static List<Request> random(ModelConfig config, Random random, int longest) {
    int[] beginning = ids(config, random, 40);
    StateEdit below = new TestEdit(random, config.hiddenSize(), 1, config.layers());
    StateEdit above = new TestEdit(random, config.hiddenSize(), Math.max(1, config.layers() - 1));
    List<Request> out = new ArrayList<>();
    for (int i = 0; i < 14; i++) {
      int own = 1 + random.nextInt(i % 5 == 0 ? longest : 12);
      int shared = i % 3 == 0 ? 0 : random.nextInt(4) == 0 ? 17 : 40;
      int[] prompt = Arrays.copyOf(beginning, shared + own);
      System.arraycopy(ids(config, random, own), 0, prompt, shared, own);
      Sampling sampling =
          i % 4 == 3 ? new Sampling(0.7, 0, 1, random.nextLong()) : Sampling.greedy();
      Request request = new Request(prompt, sampling, random.nextInt(20));
      if (i % 6 == 5) {
        int enough = 2 + random.nextInt(4);
        request = request.heardBy(token -> token % enough != 0);
      }
      out.add(i % 4 == 1 ? request.edited(below) : i % 4 == 2 ? request.edited(above) : request);
    }
    out.add(out.get(1));
    out.add(out.get(2));
    out.add(out.get(1).edited(null));
    return out;
  }

  private static int[] ids(ModelConfig config, Random random, int length) {
    return random.ints(length, 0, config.vocabSize()).toArray();
  }

  /**
   * Asserts that batches of several widths give what each request gives by itself; returns how many
   * texts differ behind a tie.
   */
  public static int check(
      ModelConfig config, Weights weights, List<Request> requests, int... widths) {
    List<Generated> alone = new ArrayList<>();
    for (Request request : requests) {
      try (Generator generator = new Generator(config, weights, 1)) {
        alone.addAll(generator.generate(List.of(request)));
      }
    }
    int ties = 0;
    for (int width : widths) {
      try (Generator generator = new Generator(config, weights, width)) {
        for (int round = 0; round < 2; round++) {
          List<Generated> found = generator.generate(requests);
          for (int i = 0; i < requests.size(); i++) {
            ties += same("text %d, batch %d".formatted(i, width), found.get(i), alone.get(i));
          }
        }
      }
    }
    return ties;
  }

  /** Asserts that a text is as expected; returns 1 if it differs behind a tie, else 0. */
  public static int same(String what, Generated found, Generated expected) {
    boolean same =
        Arrays.equals(found.tokens(), expected.tokens()) && found.ended() == expected.ended();
    if (!same && Math.max(found.margin(), expected.margin()) < TIE) {
      LOG.info("{}: another token after scores {} apart", what, expected.margin());
      return 1;
    }
    assertThat(found.tokens()).as(what).isEqualTo(expected.tokens());
    assertThat(found.ended()).as(what).isEqualTo(expected.ended());
    return 0;
  }
}
