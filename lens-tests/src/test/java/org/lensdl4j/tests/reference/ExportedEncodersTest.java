package org.lensdl4j.tests.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.lensdl4j.tests.reference.Near.assertNear;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.lensdl4j.model.TransformerModel;
import org.lensdl4j.model.config.TensorRole;
import org.lensdl4j.model.export.ModelDirectoryWriter;
import org.lensdl4j.model.text.TokenSequence;
import org.lensdl4j.model.trunk.HiddenStates;
import org.lensdl4j.model.trunk.Outputs;
import org.lensdl4j.model.trunk.Trunk;
import org.lensdl4j.model.weights.SafetensorsFile;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Encoders with changed tensors are written back, and transformers computes the same from them. */
class ExportedEncodersTest {
  static final List<String> VARIANTS = EncoderContractTest.VARIANTS;

  private static final int[] IDS = IntStream.range(0, 24).map(i -> 4 + (i * 37) % 60).toArray();

  @TempDir Path folder;

  @Test
  @Tag("python")
  void transformersComputesTheSame() throws Exception {
    List<Path> exported = new ArrayList<>();
    for (String variant : VARIANTS) {
      exported.add(export(variant));
    }
    ExportedLogitsTest.load(exported, IDS, folder);
    for (Path path : exported) {
      StoredValues theirs = StoredValues.file(Path.of(path + ".logits"));
      assertNear(path.toString(), states(path), theirs.values("states"), 1e-5);
    }
  }

  /** Names, order and bytes of everything else stay, also where the norms are gamma and beta. */
  @ParameterizedTest
  @FieldSource("VARIANTS")
  void onlyChangedTensorsDiffer(String variant) throws Exception {
    Path out = export(variant);
    try (SafetensorsFile old = weights(folder.resolve("from").resolve(variant));
        SafetensorsFile now = weights(out)) {
      assertThat(now.entries().keySet()).containsExactlyElementsOf(old.entries().keySet());
      Set<String> changed = new TreeSet<>();
      for (String name : old.entries().keySet()) {
        assertThat(now.entries().get(name)).as(name).isEqualTo(old.entries().get(name));
        boolean numbers = old.entries().get(name).dtype().equals("F32");
        if (numbers && !java.util.Arrays.equals(old.readFloats(name), now.readFloats(name))) {
          changed.add(name.replaceFirst("^.*layer\\.", ""));
        }
      }
      String norm = variant.equals("bert-gamma") ? ".LayerNorm.gamma" : ".LayerNorm.weight";
      assertThat(changed).hasSize(3).allMatch(n -> n.startsWith("2."));
      assertThat(changed).filteredOn(n -> n.endsWith(norm)).hasSize(2);
    }
    String config = Files.readString(folder.resolve("from/" + variant + "/config.json"));
    assertThat(out.resolve("config.json")).hasContent(config);
    try (TransformerModel model = TransformerModel.open(out);
        TransformerModel before = TransformerModel.open(FamilyVariant.encoderFolder(variant))) {
      assertThat(model.config()).isEqualTo(before.config());
    }
  }

  private static SafetensorsFile weights(Path directory) {
    return SafetensorsFile.open(directory.resolve("model.safetensors"));
  }

  /** Three tensors of the last layer changed. */
  private Path export(String variant) throws Exception {
    Path from = Files.createDirectories(folder.resolve("from").resolve(variant));
    for (String name : List.of("config.json", "model.safetensors")) {
      Files.copy(FamilyVariant.encoderFolder(variant).resolve(name), from.resolve(name));
    }
    Path out = folder.resolve("out").resolve(variant);
    try (TransformerModel model = TransformerModel.open(from)) {
      int last = model.config().layers() - 1;
      Map<String, INDArray> changed = new HashMap<>();
      for (TensorRole part :
          List.of(TensorRole.OUTPUT, TensorRole.ATTENTION_SUM_NORM, TensorRole.MLP_SUM_NORM)) {
        String name = model.config().names().weight(last, part);
        changed.put(name, model.weights().read(name).muli(1.25));
      }
      ModelDirectoryWriter.of(model).changed(changed).write(out);
      changed.values().forEach(INDArray::close);
    }
    return out;
  }

  private static double[] states(Path source) {
    try (TransformerModel model = TransformerModel.open(source);
        Trunk trunk = model.trunk().build();
        HiddenStates states = trunk.embed(List.of(TokenSequence.of(IDS)))) {
      trunk.advance(states, model.config().layers(), Outputs.ALL_TOKENS, null);
      try (INDArray rows = states.rows(0)) {
        return Near.values(rows);
      }
    }
  }
}
