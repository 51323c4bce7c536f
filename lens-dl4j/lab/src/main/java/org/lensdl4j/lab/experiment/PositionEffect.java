package org.lensdl4j.lab.experiment;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.lensdl4j.lab.chart.BarChart;
import org.lensdl4j.lab.chart.LineChart;
import org.lensdl4j.lab.chart.SmallMultiples;
import org.lensdl4j.lab.measure.Csv;
import org.lensdl4j.lab.measure.Measure;
import org.lensdl4j.lens.config.Compat;
import org.lensdl4j.lens.config.LensConfig;
import org.lensdl4j.lens.space.LanguageSpace;
import org.lensdl4j.model.base.Progress;

/**
 * What the published code's position error does: it probes at index -1 of a right-padded batch,
 * which is a pad or a token in mid-text for nearly all texts (method, section 4). The space and the
 * training of {@code compat} against the default's, both measured correctly and in the default's
 * space.
 *
 * @param layers angles between the two spaces
 * @param halves angles between the default's space and that of the first half of its texts: how
 *     much the choice of texts alone turns a space
 * @param standard trained by default
 * @param compat trained as the published code does
 */
public record PositionEffect(
    List<LayerAngles> layers, List<LayerAngles> halves, Candidate standard, Candidate compat) {
  /** The name of its files. */
  public static final String NAME = "position";

  public PositionEffect {
    layers = List.copyOf(layers);
    halves = List.copyOf(halves);
  }

  /**
   * One layer.
   *
   * @param layer 1..K
   * @param specific principal angles of the specific subspaces in degrees, rising
   * @param agnostic the same of the agnostic subspaces
   */
  public record LayerAngles(int layer, double[] specific, double[] agnostic) {
    double largest() {
      return specific[specific.length - 1];
    }
  }

  /**
   * Probes and trains both.
   *
   * @param base the settings; its {@code compat} and, for the published code, {@code batchSize} are
   *     replaced
   * @param progress hears about it as {@code trials}
   * @throws org.lensdl4j.model.base.LensException if a language has fewer texts to probe than the
   *     published code takes in one batch, which it would drop
   */
  public static PositionEffect of(Trials trials, LensConfig base, Progress progress) {
    LensConfig correct = base.toBuilder().compat(Compat.NONE).build();
    LensConfig published =
        base.toBuilder()
            .compat(Compat.LENS_2FFA3F0)
            .accumulation(base.accumulation() * base.batchSize())
            .batchSize(1)
            .build();
    progress.update("trials", 0, 2);
    LanguageSpace space = trials.space(correct);
    List<LayerAngles> layers = angles(space, trials.space(published));
    int half = (int) Math.max(1, space.count(correct.central()) / 2);
    LensConfig fewer =
        correct.toBuilder().probeTexts(half).minTexts(Math.min(half, correct.minTexts())).build();
    List<LayerAngles> halves = angles(space, trials.space(fewer));
    Candidate compat = Candidate.of(trials, Compat.LENS_2FFA3F0.id(), published, correct);
    progress.update("trials", 1, 2);
    Candidate standard = Candidate.of(trials, "last real token", correct, correct);
    progress.update("trials", 2, 2);
    return new PositionEffect(layers, halves, standard, compat);
  }

  /** Angles between two spaces of the same model, layer by layer. */
  public static List<LayerAngles> angles(LanguageSpace a, LanguageSpace b) {
    List<LayerAngles> out = new ArrayList<>();
    for (int layer = 1; layer <= a.layers(); layer++) {
      out.add(
          new LayerAngles(
              layer,
              PrincipalAngles.degrees(a.specific(layer), b.specific(layer)),
              PrincipalAngles.degrees(a.agnostic(layer), b.agnostic(layer))));
    }
    return out;
  }

  /** The figures as files. */
  public Analysis analysis() {
    String title = "The published code's position against the last real token";
    return new Analysis(NAME, title, finding(), Map.of(), csv(), chart(title));
  }

  private String chart(String title) {
    SmallMultiples.Builder all =
        CandidateCharts.panels(
            title,
            "Principal angles between the two spaces, and between that of all and of half the"
                + " texts, after each layer; what training in each changes, with 95 % intervals.");
    double[] x = layers.stream().mapToDouble(LayerAngles::layer).toArray();
    LineChart.Builder angles =
        LineChart.builder().xLabel("layer").yLabel("degrees").wholeX().includeY(0, 90);
    int rank = layers.get(0).specific().length;
    angles.series(
        rank == 1 ? "specific" : "specific, largest",
        x,
        layers.stream().mapToDouble(LayerAngles::largest).toArray());
    angles.series("agnostic", x, layers.stream().mapToDouble(l -> l.agnostic()[0]).toArray());
    angles.series(
        rank == 1 ? "specific, half the texts" : "largest, half the texts",
        x,
        halves.stream().mapToDouble(LayerAngles::largest).toArray());
    all.panel("angles between the spaces", angles.build());
    List<Candidate> both = List.of(standard, compat);
    for (Measure measure : CandidateRows.shown(standard)) {
      BarChart.Builder panel =
          BarChart.builder()
              .categories(both.stream().map(Candidate::name).toList())
              .dots()
              .include(CandidateCharts.least(measure, standard))
              .xLabel(CandidateRows.axis(measure));
      String where = CandidateRows.where(measure, standard);
      CandidateCharts.series(panel, "", both, c -> c.of(measure, where).difference());
      all.panel(measure.plain(), panel.build());
    }
    return all.build().svgFile();
  }

  private String finding() {
    LayerAngles last = layers.get(layers.size() - 1);
    List<String> parts = new ArrayList<>();
    for (Measure measure : CandidateRows.shown(standard)) {
      parts.add(
          String.format(
              Locale.ROOT,
              "%s %s",
              measure.plain(),
              Words.against(
                  standard
                      .against(compat, measure, CandidateRows.where(measure, standard))
                      .difference())));
    }
    return String.format(
        Locale.ROOT,
        "In the last layer the published code's specific space is turned by %s to %s degrees against that of the last real token, the agnostic one by %s (half of the texts alone turn the specific space by up to %s); trained its way, against the default: %s. On %s, intervals of 95 %%, and of one seed.",
        Words.number(last.specific()[0]),
        Words.number(last.largest()),
        Words.number(last.agnostic()[0]),
        Words.number(halves.get(halves.size() - 1).largest()),
        String.join("; ", parts),
        Words.items(standard.result().items()));
  }

  private String csv() {
    Csv csv = new Csv(CandidateRows.header("layer", "space", "angle", "degrees", "trained"));
    for (LayerAngles l : layers) {
      angles(csv, l.layer(), "specific", l.specific());
      angles(csv, l.layer(), "agnostic", l.agnostic());
    }
    for (LayerAngles l : halves) {
      angles(csv, l.layer(), "specific, half of the texts", l.specific());
      angles(csv, l.layer(), "agnostic, half of the texts", l.agnostic());
    }
    for (Candidate c : List.of(standard, compat)) {
      CandidateRows.add(csv, java.util.Arrays.asList(null, null, null, null, c.name()), c);
    }
    for (Measure measure : standard.measures()) {
      String where = CandidateRows.where(measure, standard);
      CandidateRows.row(
          csv,
          java.util.Arrays.asList(null, null, null, null, compat.name() + " - " + standard.name()),
          measure,
          where,
          standard.against(compat, measure, where));
    }
    return csv.toString();
  }

  private static void angles(Csv csv, int layer, String space, double[] degrees) {
    for (int k = 0; k < degrees.length; k++) {
      Object[] row = new Object[5 + 2 + 9 + 1];
      row[0] = layer;
      row[1] = space;
      row[2] = k + 1;
      row[3] = degrees[k];
      csv.row(row);
    }
  }
}
