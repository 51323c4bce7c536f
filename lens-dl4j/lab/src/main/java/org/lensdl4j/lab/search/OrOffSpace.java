package org.lensdl4j.lab.search;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.arbiter.optimize.api.ParameterSpace;
import org.deeplearning4j.arbiter.optimize.parameter.discrete.DiscreteParameterSpace;
import org.nd4j.shade.jackson.annotation.JsonAutoDetect;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * A space of numbers or 0, each half of the time: the weight of a term that may be switched off.
 * Not with Arbiter's BooleanSpace, of which a grid takes as many points as of a range.
 */
@JsonAutoDetect(
    fieldVisibility = JsonAutoDetect.Visibility.NONE,
    getterVisibility = JsonAutoDetect.Visibility.NONE,
    isGetterVisibility = JsonAutoDetect.Visibility.NONE)
final class OrOffSpace implements ParameterSpace<Object> {
  private final ParameterSpace<?> on;
  private final DiscreteParameterSpace<Boolean> isOn;

  /** Values of a space, or 0. */
  public OrOffSpace(ParameterSpace<?> on) {
    this(on, new DiscreteParameterSpace<>(false, true));
  }

  OrOffSpace(
      @JsonProperty("on") ParameterSpace<?> on,
      @JsonProperty("isOn") DiscreteParameterSpace<Boolean> isOn) {
    this.on = on;
    this.isOn = isOn;
  }

  /** The space when it is on. */
  @JsonProperty("on")
  public ParameterSpace<?> on() {
    return on;
  }

  /** The switch. */
  @JsonProperty("isOn")
  public DiscreteParameterSpace<Boolean> isOn() {
    return isOn;
  }

  @Override
  public Object getValue(double[] parameters) {
    return isOn.getValue(parameters) ? on.getValue(parameters) : (Object) 0;
  }

  @Override
  public int numParameters() {
    return 1 + on.numParameters();
  }

  @Override
  public List<ParameterSpace> collectLeaves() {
    List<ParameterSpace> out = new ArrayList<>(isOn.collectLeaves());
    out.addAll(on.collectLeaves());
    return out;
  }

  @Override
  public Map<String, ParameterSpace> getNestedSpaces() {
    Map<String, ParameterSpace> out = new LinkedHashMap<>();
    out.put("isOn", isOn);
    out.put("on", on);
    return out;
  }

  @Override
  public boolean isLeaf() {
    return false;
  }

  @Override
  public void setIndices(int... indices) {
    throw new UnsupportedOperationException("its leaves have indices");
  }

  @Override
  public String toString() {
    return "OrOffSpace(" + on + ")";
  }
}
