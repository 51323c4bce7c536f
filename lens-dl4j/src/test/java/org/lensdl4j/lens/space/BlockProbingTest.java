package org.lensdl4j.lens.space;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lensdl4j.lens.config.Compat;
import org.lensdl4j.lens.config.LensConfig;
import org.lensdl4j.lens.corpus.Corpus;
import org.lensdl4j.lens.corpus.TextItem;
import org.lensdl4j.model.TransformerModel;
import org.lensdl4j.model.base.LensException;
import org.lensdl4j.model.base.Progress;
import org.lensdl4j.model.fixtures.TinyModels;

class BlockProbingTest {
  private static final LensConfig CONFIG =
      LensConfig.builder()
          .central("en")
          .languages(List.of("en", "sw"))
          .probeMaxTokens(40)
          .minTexts(4)
          .build();

  @TempDir Path folder;

  private static List<String> texts(String language, int from, int to) {
    return IntStream.range(from, to).mapToObj(i -> language + " text number " + i * i).toList();
  }

  @Test
  void blocksInAnyOrderAndOnAnyThreadsGiveOneSpace() {
    try (TransformerModel model =
        TransformerModel.open(TinyModels.write(TinyModels.GROUPED, folder))) {
      LanguageSpace forwards;
      LanguageSpace backwards;
      {
        BlockProbing probing = new BlockProbing(model, CONFIG, 1);
        LanguageStatistics all = probing.none(CONFIG.languages());
        all.merge(probing.sums("en", texts("en", 0, 4)))
            .merge(probing.sums("en", texts("en", 4, 6)));
        all.merge(probing.sums("sw", texts("sw", 0, 4)))
            .merge(probing.sums("sw", texts("sw", 4, 7)));
        forwards = probing.fit(all, "");
      }
      {
        BlockProbing probing = new BlockProbing(model, CONFIG, 2);
        LanguageStatistics all = probing.none(CONFIG.languages());
        all.merge(probing.sums("sw", texts("sw", 4, 7)))
            .merge(probing.sums("en", texts("en", 4, 6)));
        all.merge(probing.sums("sw", texts("sw", 0, 4)))
            .merge(probing.sums("en", texts("en", 0, 4)));
        backwards = probing.fit(all, "");
      }
      Map<String, List<TextItem>> corpus = new LinkedHashMap<>();
      corpus.put("en", texts("en", 0, 6).stream().map(t -> new TextItem("", t)).toList());
      corpus.put("sw", texts("sw", 0, 7).stream().map(t -> new TextItem("", t)).toList());
      LanguageSpace whole = LanguageProbing.run(model, Corpus.of(corpus), CONFIG, Progress.NONE);
      for (int layer = 1; layer <= model.config().layers(); layer++) {
        assertThat(forwards.mean(layer, "sw")).containsExactly(backwards.mean(layer, "sw"));
        assertThat(forwards.direction(layer, "sw"))
            .containsExactly(backwards.direction(layer, "sw"));
        assertThat(forwards.mean(layer, "sw"))
            .containsExactly(whole.mean(layer, "sw"), within(1e-5));
      }
      assertThat(forwards.count("sw")).isEqualTo(7);
    }
  }

  @Test
  void blocksOfTheUsualSizeGiveTheSpaceOfAllTextsAtOnceBitForBit() {
    int en = BlockProbing.TEXTS + 9;
    int sw = 5;
    LensConfig config = CONFIG.toBuilder().probeTexts(0).build();
    try (TransformerModel model =
        TransformerModel.open(TinyModels.write(TinyModels.GROUPED, folder))) {
      BlockProbing probing = new BlockProbing(model, config, 2);
      Map<String, List<TextItem>> corpus = new LinkedHashMap<>();
      corpus.put("en", texts("en", 0, en).stream().map(t -> new TextItem("", t)).toList());
      corpus.put("sw", texts("sw", 0, sw).stream().map(t -> new TextItem("", t)).toList());
      LanguageSpace whole = LanguageProbing.run(model, Corpus.of(corpus), config, Progress.NONE);
      LanguageStatistics all = probing.none(config.languages());
      all.merge(probing.sums("en", texts("en", 0, BlockProbing.TEXTS)))
          .merge(probing.sums("sw", texts("sw", 0, sw)))
          .merge(probing.sums("en", texts("en", BlockProbing.TEXTS, en)));
      LanguageSpace blocks = probing.fit(all, "");
      for (int layer = 1; layer <= model.config().layers(); layer++) {
        for (String language : config.languages()) {
          assertThat(blocks.mean(layer, language)).containsExactly(whole.mean(layer, language));
          assertThat(blocks.direction(layer, language))
              .containsExactly(whole.direction(layer, language));
        }
      }
    }
  }

  @Test
  void fewTextsAndCompatAreRefused() {
    try (TransformerModel model =
        TransformerModel.open(TinyModels.write(TinyModels.GROUPED, folder))) {
      {
        BlockProbing probing = new BlockProbing(model, CONFIG, 1);
        LanguageStatistics all = probing.none(CONFIG.languages());
        all.merge(probing.sums("en", texts("en", 0, 4)))
            .merge(probing.sums("sw", texts("sw", 0, 3)));
        assertThatThrownBy(() -> probing.fit(all, ""))
            .isInstanceOf(LensException.class)
            .hasMessage("language sw has too few texts to probe: found 3, expected at least 4");
      }
      LensConfig compat = CONFIG.toBuilder().compat(Compat.LENS_2FFA3F0).build();
      assertThatThrownBy(() -> new BlockProbing(model, compat, 1))
          .isInstanceOf(LensException.class)
          .hasMessageContaining("compat");
      LensConfig three = CONFIG.toBuilder().agnosticRank(3).build();
      assertThatThrownBy(() -> new BlockProbing(model, three, 1))
          .isInstanceOf(LensException.class)
          .hasMessageContainingAll("agnosticRank", "found 3", "lens probe");
    }
  }
}
