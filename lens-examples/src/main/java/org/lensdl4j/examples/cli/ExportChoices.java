package org.lensdl4j.examples.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.lensdl4j.model.TransformerModel;
import org.lensdl4j.model.base.ModelFormatException;
import org.lensdl4j.model.export.AdapterWriter;
import org.lensdl4j.model.export.ExportOptions;
import org.lensdl4j.model.export.GgufModelWriter;
import org.lensdl4j.model.export.ModelDirectoryWriter;
import org.lensdl4j.model.export.Survival;
import org.lensdl4j.model.weights.DType;
import org.lensdl4j.model.weights.Rounding;
import org.nd4j.linalg.api.ndarray.INDArray;

/** What each way of exporting a run keeps of it, without writing anything. */
final class ExportChoices {
  private static final double GOOD = 0.9;
  private static final List<Integer> RANKS = List.of(16, 64, 256);

  private final TransformerModel model;
  private final Map<String, INDArray> changed;
  private final List<Row> rows = new ArrayList<>();

  /**
   * One choice.
   *
   * @param in16 for a reader that rounds all tensors to bfloat16; null if that cannot be told
   */
  private record Row(String choice, Survival stored, Survival in16) {}

  private ExportChoices(TransformerModel model, Map<String, INDArray> changed) {
    this.model = model;
    this.changed = changed;
  }

  /** The table, and a line that recommends. */
  static String of(TransformerModel model, Map<String, INDArray> changed) {
    ExportChoices choices = new ExportChoices(model, changed);
    ExportOptions plain = ExportOptions.DEFAULTS;
    choices.directory("(default)", plain);
    for (DType type : List.of(DType.F32, DType.F16, DType.BF16)) {
      choices.directory("--dtype " + type, plain.changedAs(type));
    }
    choices.directory(
        "--dtype BF16 --rounding stochastic",
        plain.changedAs(DType.BF16).rounded(Rounding.stochastic(0)));
    if (!model.config().isEncoder()) {
      RANKS.forEach(choices::adapter);
    }
    choices.ggufs();
    return choices.table() + choices.recommendation();
  }

  private void directory(String choice, ExportOptions options) {
    ModelDirectoryWriter writer = ModelDirectoryWriter.of(model).changed(changed).options(options);
    rows.add(new Row(choice, writer.survival().all(), writer.survival(DType.BF16).all()));
  }

  private void adapter(int rank) {
    Survival kept = AdapterWriter.of(model).changed(changed).rank(rank).survival().all();
    // What a reader in 16 bits makes of it shows in its activations only: not known here.
    rows.add(new Row("--adapter " + rank, kept, null));
  }

  private void ggufs() {
    int others = rows.size();
    try {
      GgufModelWriter any = GgufModelWriter.of(model).changed(changed);
      if (model.gguf().isPresent()) {
        gguf("--gguf KEEP", any);
      }
      for (DType type : List.of(DType.F16, DType.BF16, DType.Q8_0)) {
        gguf("--gguf " + type, GgufModelWriter.of(model).changed(changed).type(type));
      }
      gguf(
          "--gguf Q8_0 --dtype F32",
          GgufModelWriter.of(model)
              .changed(changed)
              .type(DType.Q8_0)
              .options(ExportOptions.DEFAULTS.changedAs(DType.F32)));
    } catch (ModelFormatException e) {
      // There is no GGUF form of this family: nothing to choose.
      rows.subList(others, rows.size()).clear();
    }
  }

  private void gguf(String choice, GgufModelWriter writer) {
    rows.add(new Row(choice, writer.survival().all(), null));
  }

  private String table() {
    StringBuilder out = new StringBuilder();
    out.append(line("%-36s %24s   %24s", "", "as stored", "all read in bfloat16"));
    out.append(
        line(
            "%-36s %8s %7s %7s   %8s %7s %7s",
            "choice", "survives", "cosine", "noise", "survives", "cosine", "noise"));
    for (Row r : rows) {
      out.append(line("%-36s %s   %s", r.choice(), cells(r.stored()), cells(r.in16())));
    }
    return out.toString();
  }

  private static String cells(Survival s) {
    return s == null
        ? String.format(Locale.ROOT, "%8s %7s %7s", "-", "-", "-")
        : String.format(Locale.ROOT, "%6.1f %% %7.3f %7.2f", 100 * s.kept(), s.cosine(), s.noise());
  }

  private String recommendation() {
    StringBuilder out = new StringBuilder();
    out.append(best("computes in 32 bits", false));
    out.append(best("computes in 16 bits", true));
    return out.toString();
  }

  /** The first choice that keeps nearly all, or else the one with the highest cosine of a mean. */
  private String best(String reader, boolean in16) {
    Row best = null;
    for (Row r : rows) {
      Survival s = in16 ? r.in16() : r.stored();
      if (s == null || s.kept() < Survival.LEAST_KEPT) {
        continue;
      }
      if (s.kept() >= GOOD && s.cosine() >= GOOD) {
        return line("For a reader that %s: %s", reader, r.choice());
      }
      Survival other = best == null ? null : in16 ? best.in16() : best.stored();
      if (other == null || s.cosine() > other.cosine()) {
        best = r;
      }
    }
    return best == null
        ? line("For a reader that %s: nothing keeps half of the change", reader)
        : line("For a reader that %s: %s, the best of these", reader, best.choice());
  }

  private static String line(String format, Object... values) {
    return String.format(Locale.ROOT, format, values).stripTrailing() + "\n";
  }
}
