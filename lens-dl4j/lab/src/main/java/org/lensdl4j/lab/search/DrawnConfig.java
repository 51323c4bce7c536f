package org.lensdl4j.lab.search;

import java.io.Serializable;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.arbiter.optimize.api.ParameterSpace;
import org.lensdl4j.lens.config.LensConfig;
import org.lensdl4j.model.base.LensException;

/**
 * A space that draws configurations, or the reason why there is none, as text: Arbiter's generators
 * would log each exception with its whole trace, and write each value with Java's serialization.
 */
final class DrawnConfig implements ParameterSpace<DrawnConfig.Drawn> {
  private final ParameterSpace<LensConfig> of;

  /**
   * What was drawn.
   *
   * @param config in JSON, or null
   * @param problem why there is no configuration, or null
   */
  record Drawn(String config, String problem) implements Serializable {}

  DrawnConfig(ParameterSpace<LensConfig> of) {
    this.of = of;
  }

  @Override
  public Drawn getValue(double[] parameters) {
    try {
      return new Drawn(of.getValue(parameters).toJson(), null);
    } catch (LensException e) {
      return new Drawn(null, e.getMessage());
    }
  }

  @Override
  public int numParameters() {
    return of.numParameters();
  }

  @Override
  public List<ParameterSpace> collectLeaves() {
    return of.collectLeaves();
  }

  @Override
  public Map<String, ParameterSpace> getNestedSpaces() {
    return of.getNestedSpaces();
  }

  @Override
  public boolean isLeaf() {
    return of.isLeaf();
  }

  @Override
  public void setIndices(int... indices) {
    of.setIndices(indices);
  }
}
