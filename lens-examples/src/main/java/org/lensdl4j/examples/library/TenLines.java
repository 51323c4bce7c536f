package org.lensdl4j.examples.library;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import org.lensdl4j.lens.Lens;
import org.lensdl4j.lens.LensResult;
import org.lensdl4j.lens.corpus.Corpus;
import org.lensdl4j.lens.corpus.ParallelCorpus;
import org.lensdl4j.model.TransformerModel;
import org.lensdl4j.model.export.ExportOptions;
import org.lensdl4j.model.weights.DType;

/** The whole job with the library: the README's program. */
public final class TenLines {
  private TenLines() {}

  /**
   * Enhances a model.
   *
   * @param directory the model
   * @param texts folder with {@code en.jsonl}, {@code zh.jsonl}, {@code sw.jsonl}
   * @param output folder for what is made
   */
  public static void run(Path directory, Path texts, Path output, PrintStream out) {
    // README begin
    List<String> languages = List.of("en", "zh", "sw");
    try (TransformerModel model = TransformerModel.open(directory)) {
      LensResult result =
          Lens.of(model)
              .central("en")
              .targets("zh", "sw")
              .probeOn(Corpus.jsonl(texts, languages, 0))
              .trainOn(ParallelCorpus.jsonl(texts, languages, "en", 0))
              .topLayers(2)
              .learningRate(1e-5)
              .epochs(1)
              .seed(42)
              .fit(output.resolve("run")); // goes on where an interrupted run stopped
      out.println(result.stats());
      ExportOptions exact = ExportOptions.DEFAULTS.changedAs(DType.F32); // 16 bits would lose most
      result.export(output.resolve("model"), exact); // a Hugging Face directory
    }
    // README end
  }
}
