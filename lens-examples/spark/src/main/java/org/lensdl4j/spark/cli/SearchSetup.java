package org.lensdl4j.spark.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.lensdl4j.examples.cli.SearchTexts;
import org.lensdl4j.lab.experiment.Trials;
import org.lensdl4j.lab.search.SearchConfig;
import org.lensdl4j.lens.states.StateCache;
import org.lensdl4j.model.TransformerModel;
import org.lensdl4j.spark.TrialsOpener;
import picocli.CommandLine;

/**
 * The trials of a search, by its options.
 *
 * @param texts options of {@link SearchTexts}
 * @param languages the central one first
 * @param config the search's file
 * @param cache folder of hidden states
 */
record SearchSetup(List<String> texts, List<String> languages, String config, String cache)
    implements TrialsOpener {
  private static final long BYTES = 20_000_000_000L;

  SearchSetup {
    texts = new ArrayList<>(texts);
    languages = new ArrayList<>(languages);
  }

  @Override
  public Trials open(TransformerModel model, int threads) {
    SearchConfig search = SearchConfig.fromYaml(config);
    SearchTexts where =
        CommandLine.populateCommand(new SearchTexts(), texts.toArray(String[]::new));
    var builder =
        Trials.of(model)
            .central(languages.get(0))
            .targets(languages.subList(1, languages.size()))
            .cache(new StateCache(Path.of(cache), BYTES))
            .bitsPerByte(search.score().needsBits())
            .threads(threads);
    where.to(builder, model, languages, search);
    return builder.build();
  }
}
