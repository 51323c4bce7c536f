package org.lensdl4j.model.testing;

import java.util.Random;
import java.util.Set;
import org.lensdl4j.model.trunk.StateEdit;

/** Adds a random vector to states of some layers, more of it in answers and at even positions. */
public class TestEdit implements StateEdit {
  private final Set<Integer> layers;
  private final float[] vector;

  public TestEdit(Random random, int hiddenSize, Integer... layers) {
    this.layers = Set.of(layers);
    vector = new float[hiddenSize];
    for (int i = 0; i < hiddenSize; i++) {
      vector[i] = (float) random.nextGaussian() * 0.3f;
    }
  }

  @Override
  public int lowest() {
    return layers.stream().min(Integer::compare).orElseThrow();
  }

  @Override
  public boolean changes(int layer) {
    return layers.contains(layer);
  }

  @Override
  public void apply(int layer, int position, boolean answer, float[] rows, int at) {
    float strength = (answer ? 2 : 1) * (position % 2 == 0 ? 1.5f : 1);
    for (int i = 0; i < vector.length; i++) {
      rows[at + i] += strength * vector[i];
    }
  }
}
