package org.lensdl4j.lens.space.health;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.lensdl4j.lens.space.LayerStates;
import org.lensdl4j.model.base.LensException;
import org.lensdl4j.model.weights.SafetensorsFile;
import org.lensdl4j.model.weights.SafetensorsWriter;

/**
 * The states of some texts at every layer in files of a folder, a file per layer with a tensor
 * {@code [texts, d]} for each language: for texts that others are compared with. Not safe for
 * several threads.
 */
public final class LayerStore implements LayerStates.Visitor {
  private final Path folder;
  private final List<LayerStates> seen = new ArrayList<>();

  /** A store in a folder that is there; its files are the caller's to delete. */
  public LayerStore(Path folder) {
    this.folder = folder;
  }

  @Override
  public void visit(LayerStates states) {
    SafetensorsWriter writer = new SafetensorsWriter();
    int d = states.hiddenSize();
    for (int l = 0; l < states.states().length; l++) {
      float[][] own = states.states()[l];
      float[] flat = new float[Math.multiplyExact(own.length, d)];
      for (int t = 0; t < own.length; t++) {
        System.arraycopy(own[t], 0, flat, t * d, d);
      }
      writer.add(states.languages().get(l), new long[] {own.length, d}, flat);
    }
    writer.write(file(states.layer()));
    // The numbers are on disk: only what they are of is held.
    float[][][] none = new float[states.states().length][1][d];
    seen.add(
        new LayerStates(
            states.layer(), states.languages(), states.central(), none, states.parallel()));
  }

  /**
   * One layer's states.
   *
   * @throws LensException if the layer was not seen
   */
  LayerStates read(int layer) {
    LayerStates about =
        seen.stream()
            .filter(s -> s.layer() == layer)
            .findFirst()
            .orElseThrow(
                () ->
                    new LensException(
                        String.format(
                            Locale.ROOT,
                            "found no states of the other texts at layer %d, expected them at every layer",
                            layer)));
    int d = about.hiddenSize();
    float[][][] states = new float[about.languages().size()][][];
    try (SafetensorsFile in = SafetensorsFile.open(file(layer))) {
      for (int l = 0; l < states.length; l++) {
        float[] flat = in.readFloats(about.languages().get(l));
        states[l] = new float[flat.length / d][d];
        for (int t = 0; t < states[l].length; t++) {
          System.arraycopy(flat, t * d, states[l][t], 0, d);
        }
      }
    }
    return new LayerStates(layer, about.languages(), about.central(), states, about.parallel());
  }

  private Path file(int layer) {
    return folder.resolve(String.format(Locale.ROOT, "layer-%d.safetensors", layer));
  }
}
