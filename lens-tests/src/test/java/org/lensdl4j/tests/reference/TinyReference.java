package org.lensdl4j.tests.reference;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.lensdl4j.model.TransformerModel;
import org.lensdl4j.model.fixtures.TinyModel;
import org.lensdl4j.model.fixtures.TinyModels;
import org.lensdl4j.model.text.TokenSequence;

/** One tiny model, open, beside what transformers computed with it. */
final class TinyReference implements AutoCloseable {
  /** Index -1 of a right-padded batch stands where its longest text ends. */
  static final String BATCH = "batch";

  static final String PROMPTS = "prompts";

  final TransformerModel model;
  final StoredValues stored;

  private TinyReference(TransformerModel model, StoredValues stored) {
    this.model = model;
    this.stored = stored;
  }

  static TinyReference open(TinyModel variant, Path folder) {
    Path directory = TinyModels.write(variant, folder);
    StoredValues stored = StoredValues.resource("tiny/" + variant.name() + ".safetensors");
    if (!fingerprint(directory).equals(stored.meta("weights"))) {
      throw new AssertionError(
          "the weights of %s have changed since the reference values were made; see src/test/python"
              .formatted(variant.name()));
    }
    return new TinyReference(TransformerModel.open(directory), stored);
  }

  int layers() {
    return model.config().layers();
  }

  int hiddenSize() {
    return model.config().hiddenSize();
  }

  TokenSequence single() {
    return TokenSequence.of(stored.ints("ids"));
  }

  List<TokenSequence> texts(String name) {
    return stored.sequences(name).stream().map(TokenSequence::of).toList();
  }

  /** The batch as the original code's probing sees it. */
  List<TokenSequence> paddedBatch() {
    List<int[]> batch = stored.sequences(BATCH);
    int longest = batch.stream().mapToInt(s -> s.length).max().orElseThrow();
    int pad = Integer.parseInt(stored.meta("pad"));
    List<TokenSequence> out = new ArrayList<>();
    for (int[] ids : batch) {
      if (ids.length == longest) {
        out.add(TokenSequence.of(ids));
      } else {
        int[] padded = java.util.Arrays.copyOf(ids, ids.length + 1);
        padded[ids.length] = pad;
        out.add(new TokenSequence(padded, longest - 1));
      }
    }
    return out;
  }

  List<String> languages() {
    return List.of(stored.meta("languages").split(","));
  }

  /** Options and outcome of the training run. */
  JsonNode training() {
    try {
      return new ObjectMapper().readTree(stored.meta("training"));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String fingerprint(Path directory) {
    try (Stream<Path> files = Files.list(directory)) {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (Path file : files.filter(f -> f.toString().endsWith(".safetensors")).sorted().toList()) {
        digest.update(Files.readAllBytes(file));
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    model.close();
  }
}
