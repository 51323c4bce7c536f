package org.lensdl4j.model.generate;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.lensdl4j.model.TransformerModel;
import org.lensdl4j.model.testing.Prerequisite;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The real model's greedy answers, token by token as {@code transformers} gives them in float32
 * ({@code generate(ids, max_new_tokens=40, do_sample=False)}; the best token leads by 0.026 or more
 * everywhere).
 */
@Tag("weights")
class SmolGenerationTest {
  private static final Logger LOG = LoggerFactory.getLogger(SmolGenerationTest.class);
  private static final String SYSTEM =
      "<|im_start|>system\nYou are a helpful assistant.<|im_end|>\n<|im_start|>user\n";
  private static final String ASSISTANT = "<|im_end|>\n<|im_start|>assistant\n";
  private static final int[] PARIS = {504, 3575, 282, 4649, 314, 7042, 30};
  private static final int[] SPRING = {
    22178, 115, 18614, 119, 27830, 22924, 37145, 231, 178, 229, 122, 179, 229, 126, 11567, 178, 229,
    122, 179, 229, 126, 12831, 27830, 22924, 37145, 231, 178, 229, 122, 179, 229, 126, 11567, 178,
    229, 122, 179, 229, 126, 12831
  };

  @Test
  void greedyAnswersEqualThoseOfTransformers() {
    try (TransformerModel model = TransformerModel.open(Prerequisite.WEIGHTS.path());
        Generator generator = model.generator()) {
      assertThat(answer(model, generator, "What is the capital of France?")).isEqualTo(PARIS);
      long start = System.nanoTime();
      assertThat(answer(model, generator, "写一首关于春天的短诗。")).isEqualTo(SPRING);
      LOG.info("{} ms a token", (System.nanoTime() - start) / 1e6 / SPRING.length);
    }
  }

  private static int[] answer(TransformerModel model, Generator generator, String question) {
    int[] prompt = model.tokenizer().encode(SYSTEM + question + ASSISTANT);
    return generator.generate(prompt, Sampling.greedy(), 40, TokenListener.NONE);
  }
}
