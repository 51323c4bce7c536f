package org.lensdl4j.tests.reference;

import static org.lensdl4j.tests.reference.Near.assertNear;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lensdl4j.model.TransformerModel;
import org.lensdl4j.model.export.AdapterFolder;
import org.lensdl4j.model.export.ModelDirectoryWriter;
import org.lensdl4j.model.fixtures.TinyModels;
import org.lensdl4j.model.graph.GraphRunner;
import org.lensdl4j.model.graph.Lora;
import org.lensdl4j.model.graph.LoraAdapters;
import org.lensdl4j.model.graph.RowBatch;
import org.lensdl4j.model.graph.TransformerGraph;
import org.lensdl4j.model.weights.SafetensorsFile;
import org.lensdl4j.model.weights.SafetensorsWriter;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** The real peft loads our adapter folders and computes what our merged, exported models do. */
@Tag("python")
class AdapterInPeftTest {
  private static final int[] IDS = IntStream.range(0, 20).map(i -> 3 + (i * 37) % 61).toArray();

  @TempDir Path folder;

  /** One adapter folder and the model that it was merged into, both of ours. */
  private record Pair(Path base, Path adapter, Path merged) {}

  @Test
  void foldersOfSeveralFamilies() {
    Path llama = TinyModels.write(TinyModels.GROUPED, folder);
    Path gpt2 = FamilyVariant.folder("gpt2");
    List<Pair> pairs =
        List.of(
            write(llama, 2, Lora.rank(3).alpha(5).rootScale(true)),
            write(llama, 4, Lora.rank(2).targets("model.layers.0.mlp.up_proj", "v_proj")),
            write(gpt2, 2, Lora.rank(3).targets("c_attn", "c_fc")),
            write(gpt2, 1, Lora.rank(3).targets("attn.c_proj")),
            write(withoutPrefix(gpt2), 2, Lora.rank(2).targets("c_attn", "mlp.c_proj")),
            write(FamilyVariant.folder("pythia"), 2, Lora.rank(3).targets("query_key_value")),
            write(FamilyVariant.folder("bloom"), 2, Lora.rank(3).targets("self_attention.dense")),
            write(FamilyVariant.folder("phi3"), 3, Lora.rank(3).targets("*_proj")));
    List<String> arguments = new ArrayList<>();
    String ids = IntStream.of(IDS).mapToObj(String::valueOf).collect(Collectors.joining(" "));
    for (Pair p : pairs) {
      arguments.addAll(
          List.of(p.base.toString(), p.adapter.toString(), ids, p.adapter + ".logits"));
    }
    PythonScript.run(folder.resolve("log"), "peft_logits.py", arguments);
    for (Pair p : pairs) {
      StoredValues theirs = StoredValues.file(Path.of(p.adapter + ".logits"));
      assertNear(p.adapter.toString(), logits(p.merged), theirs.values("logits"), 1e-5);
    }
  }

  private Pair write(Path base, int layers, Lora lora) {
    String name = base.getFileName() + "-" + Integer.toHexString(lora.toString().hashCode());
    Path adapter = folder.resolve(name + "-adapter");
    Path merged = folder.resolve(name + "-merged");
    try (TransformerModel model = TransformerModel.open(base);
        LoraAdapters adapters =
            LoraAdapters.fresh(
                lora,
                model.config(),
                model.config().layers() - layers + 1,
                model.config().layers())) {
      adapters.arrays().values().forEach(a -> a.addi(Nd4j.randn(a.shape()).muli(0.2)));
      AdapterFolder.write(adapter, adapters, base.toString());
      Map<String, INDArray> weights = adapters.merge(model.weights());
      ModelDirectoryWriter.of(model).changed(weights).write(merged);
      weights.values().forEach(INDArray::close);
    }
    return new Pair(base, adapter, merged);
  }

  /** As the published GPT-2: its names lack {@code transformer.}. */
  private Path withoutPrefix(Path source) {
    Path out = folder.resolve("bare");
    SafetensorsWriter values = new SafetensorsWriter().metadata(Map.of("format", "pt"));
    try (SafetensorsFile file = SafetensorsFile.open(source.resolve("model.safetensors"))) {
      for (SafetensorsFile.Entry e : file.entries().values()) {
        long[] shape = e.shape().stream().mapToLong(Long::longValue).toArray();
        values.add(e.name().replace("transformer.", ""), shape, file.readFloats(e.name()));
      }
      Files.createDirectories(out);
      values.write(out.resolve("model.safetensors"));
      Files.copy(source.resolve("config.json"), out.resolve("config.json"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out;
  }

  private static double[] logits(Path source) {
    try (TransformerModel model = TransformerModel.open(source);
        TransformerGraph graph = model.graph().tokens().head().build();
        GraphRunner runner = new GraphRunner(graph.sameDiff())) {
      Map<String, INDArray> in =
          new HashMap<>(new RowBatch(0, IDS.length).placeholders(model.config()));
      in.put(TransformerGraph.TOKENS, Nd4j.createFromArray(IDS));
      return Near.values(
          runner.run(in, List.of(TransformerGraph.LOGITS)).get(TransformerGraph.LOGITS));
    }
  }
}
