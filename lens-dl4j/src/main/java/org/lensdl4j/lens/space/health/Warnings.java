package org.lensdl4j.lens.space.health;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Warnings about subspaces that should not be trusted. */
final class Warnings {
  /** Texts of a language. With fewer, draws of them say little about other texts. */
  static final int FEW_TEXTS = 30;

  /** Degrees: from here a direction is nearer to another one than to itself. */
  static final double WIDE_ANGLE = 45;

  /** Overlap of two halves below which more than a fifth of the subspace is chance. */
  static final double LOW_OVERLAP = 0.8;

  private Warnings() {}

  static LayerHealth added(LayerHealth h, int rank, int texts) {
    List<String> out = new ArrayList<>();
    if (texts < FEW_TEXTS) {
      out.add(
          String.format(
              Locale.ROOT, "few texts: a language has %d, expected %d or more", texts, FEW_TEXTS));
    }
    if (h.suggestedRank() == 0) {
      out.add("no language differs from texts called by languages at random");
    } else if (h.suggestedRank() < rank) {
      out.add(
          String.format(
              Locale.ROOT,
              "rank too high: %d of %d directions exceed those of shuffled languages; take rank %d",
              h.suggestedRank(),
              rank,
              h.suggestedRank()));
    }
    if (h.largestAngle().high() > WIDE_ANGLE) {
      out.add("other draws of texts give a direction that lies up to more than 45 degrees away");
    }
    if (h.splitHalf().median() < LOW_OVERLAP) {
      out.add(
          String.format(
              Locale.ROOT, "two halves of the texts agree in less than %.1f", LOW_OVERLAP));
    }
    if (h.other() != null && h.other().differ()) {
      out.add(
          "confounded: the other texts give another space than the choice of texts explains, so the"
              + " kind or topic of texts is in it");
    }
    return new LayerHealth(
        h.layer(),
        h.angles(),
        h.splitHalf(),
        h.singularValues(),
        h.nullLimits(),
        h.pValues(),
        h.suggestedRank(),
        h.other(),
        out);
  }
}
