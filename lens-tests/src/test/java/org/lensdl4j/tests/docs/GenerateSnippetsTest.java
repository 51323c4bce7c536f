package org.lensdl4j.tests.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lensdl4j.lens.config.LensConfig;
import org.lensdl4j.lens.corpus.Corpus;
import org.lensdl4j.lens.space.LanguageProbing;
import org.lensdl4j.lens.space.LanguageSpace;
import org.lensdl4j.lens.steer.Steering;
import org.lensdl4j.lens.steer.SteeringSetting;
import org.lensdl4j.model.TransformerModel;
import org.lensdl4j.model.base.Progress;
import org.lensdl4j.model.fixtures.TinyModels;
import org.lensdl4j.model.generate.Generated;
import org.lensdl4j.model.generate.Generator;
import org.lensdl4j.model.generate.Request;
import org.lensdl4j.model.generate.Sampling;
import org.lensdl4j.model.generate.TokenListener;
import org.lensdl4j.model.text.PromptEncoder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The programs of docs/plugin.md on probing, generating and steering. */
class GenerateSnippetsTest {
  private static final Logger log = LoggerFactory.getLogger(GenerateSnippetsTest.class);

  @TempDir Path folder;

  @Test
  void probeGenerateAndSteer() throws IOException {
    SnippetTexts.parallel(folder);
    Path texts = folder.resolve("texts");
    try (TransformerModel model =
        TransformerModel.open(TinyModels.write(TinyModels.GROUPED, folder))) {
      // snippet probe
      LensConfig config = LensConfig.builder().languages("en", "zh", "sw").central("en").build();
      Corpus corpus = Corpus.jsonl(texts, config.languages(), config.probeTexts());
      LanguageSpace space = LanguageProbing.run(model, corpus, config, Progress.NONE);
      space.save(folder.resolve("space.safetensors")); // LanguageSpace.load reads it
      double[] swahili = space.direction(model.config().layers(), "sw"); // at the last layer
      // end probe
      // snippet generate
      PromptEncoder prompts =
          PromptEncoder.builder(model.tokenizer())
              .template(model.chatTemplate().orElse(null)) // null: the text as it stands
              .maxTokens(512)
              .build();
      int[] prompt = prompts.encode("What is the capital of France?").ids();
      try (Generator generator = model.generator()) { // for one thread
        int[] answer = generator.generate(prompt, Sampling.greedy(), 40, TokenListener.NONE);
        log.info("{}", model.tokenizer().decode(answer));
        // end generate
        // snippet steering
        // the states of all layers, by 3 % of their own length
        Steering steering = Steering.of(space, SteeringSetting.parse("all:0.03u"));
        Request request = new Request(prompt, Sampling.greedy(), 40);
        Request steered = request.edited(steering.in("sw"));
        List<Generated> both = generator.generate(List.of(request, steered));
        // end steering
        assertThat(both.get(0).tokens()).isEqualTo(answer);
        assertThat(both.get(1).tokens()).hasSizeLessThanOrEqualTo(40);
      }
    }
    assertThat(List.of(folder.resolve("space.safetensors"))).allMatch(java.nio.file.Files::exists);
  }
}
