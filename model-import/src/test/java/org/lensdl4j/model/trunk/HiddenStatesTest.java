package org.lensdl4j.model.trunk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lensdl4j.model.base.ModelFormatException;
import org.lensdl4j.model.text.TokenSequence;
import org.nd4j.linalg.api.ndarray.INDArray;

class HiddenStatesTest {
  private static final TinyConfigs TINY = TinyConfigs.GROUPED;
  private final Random random = new Random(5);
  private final RandomWeights weights = new RandomWeights(TINY.config(), random);
  private final List<TokenSequence> texts =
      List.of(
          TokenSequence.of(4, 5, 6, 7),
          TokenSequence.of(4, 5, 9),
          new TokenSequence(new int[] {4, 5, 8, 8, 0}, 30));
  @TempDir private Path folder;
  private Path file;

  @BeforeEach
  void save() throws IOException {
    file = folder.resolve("new/states.bin");
    try (Trunk trunk = Trunk.builder(TINY.config(), weights).build();
        HiddenStates states = trunk.embed(texts)) {
      trunk.advance(states, 2, Outputs.ALL_TOKENS, null);
      states.save(file);
    }
  }

  @Test
  void savedStatesAreTheSameAndGoOnFromACopy() throws IOException {
    try (Trunk trunk = Trunk.builder(TINY.config(), weights).build();
        HiddenStates direct = trunk.embed(texts);
        HiddenStates opened = HiddenStates.open(file);
        HiddenStates copy = opened.copy()) {
      trunk.advance(direct, 2, Outputs.ALL_TOKENS, null);
      same(opened, direct);
      assertThatThrownBy(() -> trunk.advance(opened, 3, Outputs.ALL_TOKENS, null))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("read-only");
      trunk.advance(direct, 3, Outputs.ALL_TOKENS, null);
      trunk.advance(copy, 3, Outputs.ALL_TOKENS, null);
      same(copy, direct);
    }
    try (var files = Files.list(file.getParent())) {
      assertThat(files).containsExactly(file);
    }
  }

  @Test
  void saysWhatAFileLacks() throws IOException {
    byte[] good = Files.readAllBytes(file);
    for (int length : new int[] {0, 10, 31, 40, good.length - 1, good.length + 1}) {
      Files.write(file, java.util.Arrays.copyOf(good, length));
      refused("not a complete file of hidden states");
    }
    refused(changed(good, 0, 77), "does not begin");
    refused(changed(good, 8, 2), "version 2, expected 1");
    refused(changed(good, 12, -1), "impossible");
    refused(changed(good, 16, 0), "impossible");
    refused(changed(good, 16, Integer.MAX_VALUE), "bytes");
    refused(changed(good, 24, -5), "impossible");
    refused(changed(good, 28, Integer.MAX_VALUE), "texts");
    refused(changed(good, 32, 0), "text 0 has length 0");
    refused(changed(good, 32, Integer.MAX_VALUE), "bytes");
    refused(changed(good, 36, -2), "pad position -2");
  }

  @Test
  void failedSaveLeavesNothingBehind() throws IOException {
    Path folderInTheWay = folder.resolve("taken");
    Files.createDirectories(folderInTheWay.resolve("something"));
    try (HiddenStates states = HiddenStates.open(file)) {
      assertThatThrownBy(() -> states.save(folderInTheWay)).isInstanceOf(IOException.class);
    }
    try (var files = Files.list(folder)) {
      assertThat(files).containsExactlyInAnyOrder(folderInTheWay, file.getParent());
    }
  }

  @Test
  void rowsAreCopies() {
    try (Trunk trunk = Trunk.builder(TINY.config(), weights).build();
        HiddenStates states = trunk.embed(texts)) {
      assertThat(states.prefixLength()).isEqualTo(2);
      assertThat(states.length(2)).isEqualTo(5);
      float[] state = new float[states.hiddenSize()];
      try (INDArray rows = states.rows(0);
          INDArray prefix = states.prefixRows()) {
        assertThat(rows.shape()).containsExactly(2, 24);
        assertThat(prefix.shape()).containsExactly(2, 24);
        states.token(0, 3, state);
        assertThat(rows.getRow(1).toFloatVector()).isEqualTo(state);
        states.token(1, 1, state);
        assertThat(prefix.getRow(1).toFloatVector()).isEqualTo(state);
      }
      assertThatThrownBy(() -> states.token(1, 3, state))
          .isInstanceOf(IndexOutOfBoundsException.class);
    }
    try (Trunk trunk = Trunk.builder(TINY.config(), weights).sharePrefix(false).build();
        HiddenStates states = trunk.embed(texts)) {
      assertThatThrownBy(states::prefixRows).hasMessageContaining("share no tokens");
    }
  }

  @Test
  void areasOfBothKindsKeepWhatIsWritten() {
    for (boolean inFile : new boolean[] {true, false}) {
      int n = 100_000;
      try (FloatArea area = inFile ? FileArea.temporary(n) : new MemoryArea(n)) {
        float[] data = new float[n];
        for (int i = 0; i < n; i++) {
          data[i] = random.nextFloat();
        }
        area.write(0, data, 0, n);
        area.write(50_000, data, 10, 20_000);
        System.arraycopy(data.clone(), 10, data, 50_000, 20_000);
        float[] back = new float[n + 1];
        area.read(0, back, 1, n);
        assertThat(java.util.Arrays.copyOfRange(back, 1, n + 1)).isEqualTo(data);
        assertThatThrownBy(() -> area.read(n - 1, back, 0, 2))
            .isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> area.write(-1, back, 0, 2))
            .isInstanceOf(IndexOutOfBoundsException.class);
      }
    }
  }

  private static void same(HiddenStates a, HiddenStates b) {
    assertThat(a.layer()).isEqualTo(b.layer());
    assertThat(a.texts()).isEqualTo(b.texts());
    assertThat(a.prefixLength()).isEqualTo(b.prefixLength());
    float[] one = new float[a.hiddenSize()];
    float[] two = new float[a.hiddenSize()];
    for (int i = 0; i < a.texts(); i++) {
      assertThat(a.length(i)).isEqualTo(b.length(i));
      for (int t = 0; t < a.length(i); t++) {
        a.token(i, t, one);
        b.token(i, t, two);
        assertThat(one).isEqualTo(two);
      }
    }
  }

  private static byte[] changed(byte[] good, int at, int value) {
    byte[] bad = good.clone();
    ByteBuffer.wrap(bad).order(ByteOrder.LITTLE_ENDIAN).putInt(at, value);
    return bad;
  }

  private void refused(byte[] content, String why) throws IOException {
    Files.write(file, content);
    refused(why);
  }

  private void refused(String why) {
    assertThatThrownBy(() -> HiddenStates.open(file).close())
        .isInstanceOf(ModelFormatException.class)
        .hasMessageContaining(file.toString())
        .hasMessageContaining(why);
  }
}
