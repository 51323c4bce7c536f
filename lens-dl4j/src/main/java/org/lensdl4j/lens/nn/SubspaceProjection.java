package org.lensdl4j.lens.nn;

import java.util.Arrays;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.lensdl4j.lens.loss.Subspace;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * Takes a subspace out of hidden states, or keeps nothing but it: {@code h - s P h}, or {@code h -
 * s (h - P h)}, with the projection P on a subspace and the strength s (method.md section 5).
 *
 * <pre>{@code
 * .addLayer("neutral", SubspaceProjection.builder().outOf(space.specific(30)).build(), "hidden")
 * }</pre>
 *
 * <p>Input and output {@code [batch, hidden]} or {@code [batch, time, hidden]}; with {@link
 * #format} also {@code [batch, hidden, time]}. No parameters; gradients flow through.
 */
public final class SubspaceProjection extends StateLayer {
  private static final long serialVersionUID = 1L;

  @JsonProperty private double[][] basis;
  @JsonProperty private boolean out;
  @JsonProperty private double strength;

  private SubspaceProjection() {
    // for Deeplearning4j's JSON
  }

  /** Starts with strength 1; one of {@code onto} and {@code outOf} is needed. */
  public static Builder builder() {
    return new Builder();
  }

  /** The same layer for input of rank 3 that has its time axis there; NWC is where one starts. */
  public SubspaceProjection format(RNNFormat of) {
    SubspaceProjection made = (SubspaceProjection) clone();
    made.format = of;
    return made;
  }

  @Override
  SDVariable change(SameDiff sd, SDVariable states, int rank) {
    Subspace subspace =
        Subspace.of(sd, "basis", Bases.array(basis, states.dataType()), states.dataType());
    SDVariable dropped = out ? subspace.project(states) : subspace.projectOut(states);
    return states.sub(dropped.mul(strength));
  }

  @Override
  int hiddenSize() {
    return basis[0].length;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof SubspaceProjection o
        && super.equals(o)
        && Arrays.deepEquals(basis, o.basis)
        && out == o.out
        && strength == o.strength
        && format == o.format;
  }

  @Override
  public int hashCode() {
    return Arrays.deepHashCode(basis);
  }

  /** Builds a {@link SubspaceProjection}. */
  public static final class Builder {
    private final SubspaceProjection made = new SubspaceProjection();

    private Builder() {
      made.strength = 1;
    }

    /**
     * Keeps only the part inside.
     *
     * @param orthonormal rows {@code [directions][hidden]}
     */
    public Builder onto(double[][] orthonormal) {
      return basis(orthonormal, false);
    }

    /**
     * Takes the part inside away.
     *
     * @param orthonormal rows {@code [directions][hidden]}, for example {@code
     *     space.specific(layer)}
     */
    public Builder outOf(double[][] orthonormal) {
      return basis(orthonormal, true);
    }

    private Builder basis(double[][] rows, boolean out) {
      made.basis = Bases.orthonormal("SubspaceProjection", rows);
      made.out = out;
      return this;
    }

    /** s: 0 changes nothing, 1 takes all of it. */
    public Builder strength(double s) {
      made.strength = Bases.finite("strength", s);
      return this;
    }

    /** The layer's configuration. */
    public SubspaceProjection build() {
      if (made.basis == null) {
        throw new IllegalArgumentException(
            "SubspaceProjection has no subspace: call onto or outOf before build");
      }
      return (SubspaceProjection) made.clone();
    }
  }
}
