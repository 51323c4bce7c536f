package org.lensdl4j.tests.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.lensdl4j.model.TransformerModel;
import org.lensdl4j.model.config.Architectures;
import org.lensdl4j.model.config.TensorShapes;
import org.lensdl4j.model.text.PromptEncoder;
import org.lensdl4j.model.text.TokenSequence;

/**
 * LLaMA-3-8B-Instruct, LLaMA-3.1-8B-Instruct and Phi-3.5-mini-instruct open from the directories in
 * which they are published.
 */
class PaperBackbonesTest {
  @TempDir Path folder;

  @ParameterizedTest
  @EnumSource
  void publishedConfigurationsAskForThePublishedTensors(Backbone backbone) throws IOException {
    Files.writeString(folder.resolve("config.json"), backbone.published().toString());
    Map<String, List<Long>> expected = new TreeMap<>();
    backbone
        .tensors(backbone.published())
        .forEach((name, shape) -> expected.put(name, Arrays.stream(shape).boxed().toList()));
    assertThat(new TreeMap<>(TensorShapes.tensors(Architectures.fromDirectory(folder))))
        .isEqualTo(expected);
  }

  @ParameterizedTest
  @EnumSource
  void promptsBeginOnceAndEndWithTheAssistant(Backbone backbone) throws IOException {
    backbone.write(folder.resolve("model"));
    try (TransformerModel model = TransformerModel.open(folder.resolve("model"))) {
      PromptEncoder encoder =
          PromptEncoder.builder(model.tokenizer())
              .template(model.chatTemplate().orElseThrow())
              .system("Be brief.")
              .maxTokens(200)
              .build();
      TokenSequence prompt = encoder.encode("Which way?");
      String text = model.tokenizer().decode(prompt.ids());
      String start = backbone == Backbone.PHI_3_5 ? "<|system|>" : "<|begin_of_text|>";
      assertThat(text).startsWith(start).containsOnlyOnce(start).contains("Which way?");
      assertThat(text.strip())
          .endsWith(backbone == Backbone.PHI_3_5 ? "<|assistant|>" : "<|end_header_id|>");
    }
  }

  @ParameterizedTest
  @EnumSource
  void theWholeJobRunsAndTheExportKeepsTheShards(Backbone backbone) throws IOException {
    Path model = folder.resolve("model");
    backbone.write(model);
    Jobs jobs = new Jobs(folder);
    Path out = jobs.probeTrainExport(model, "--max-tokens", 96);
    assertThat(out.resolve("config.json")).hasSameBinaryContentAs(model.resolve("config.json"));
    for (String file :
        List.of("model-00001-of-00002.safetensors", "model.safetensors.index.json")) {
      assertThat(out.resolve(file)).exists();
    }
    jobs.changedInTheTopLayerOnly(model, out);
  }
}
