package org.lensdl4j.lens.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.lensdl4j.model.base.Sha256;

/**
 * Forms and fingerprints as version 0.1.0 had them before options became a table. Run folders,
 * spaces and caches on disk carry them: another value makes a stranger of each.
 */
class RecordedFormsTest {
  static Stream<Arguments> recorded() {
    return Stream.of(
        of("defaults", b -> b, "e2d1111eda25e1da", "6b753b63fe946a13", "649dfb550c691a28"),
        of(
            "probing",
            b ->
                b.systemPrompt("Größe \"x\"\n")
                    .probeTexts(0)
                    .probeMaxTokens(33)
                    .minTexts(3)
                    .rank(1)
                    .agnosticRank(2),
            "faee894340128b45",
            "5b3f4874b4989b60",
            "ffb345432605a925"),
        of(
            "whole rank",
            b -> b.rank(3),
            "ca208d2382256797",
            "6b753b63fe946a13",
            "649dfb550c691a28"),
        of(
            "another centre",
            b -> b.central("zh"),
            "9338f68e0a1dee8b",
            "098c18cf78fd37c5",
            "dfdd9ef55c854be9"),
        of(
            "standardised",
            b -> b.coordinates(LossCoordinates.STANDARDISED),
            "7cce8ca73845696b",
            "efc5ec28520d4e4b",
            "e6b20edaf68a3ce0"),
        of(
            "whitened",
            b -> b.coordinates(LossCoordinates.WHITENED),
            "b314e3f09c98d369",
            "9d43cc8a20091be5",
            "972532e47939024a"),
        of(
            "original",
            b -> b.compat(Compat.LENS_2FFA3F0),
            "22f792aec82a0271",
            "30750e205b50d880",
            "efda7686fc6b81cf"),
        of(
            "adapters",
            b -> b.loraRank(8).loraAlpha(3).loraTargets(List.of("q_proj", "mlp.up_proj")),
            "643f7d9742ae125f",
            "0792171e7513ffe6",
            "649dfb550c691a28"),
        of(
            "adapters with usual scale",
            b -> b.loraRank(8),
            "afdd257d5517733a",
            "e95b98544a856701",
            "649dfb550c691a28"),
        of(
            "scale of no adapters",
            b -> b.loraAlpha(3),
            "79461db2d7ac5941",
            "6b753b63fe946a13",
            "649dfb550c691a28"),
        of(
            "loss",
            b ->
                b.align(0.1)
                    .separate(0)
                    .retain(10)
                    .retainTargets(0.35)
                    .contrast(1e-3)
                    .contrastTemperature(0.07)
                    .batchSize(2)
                    .topLayers(4)
                    .lossLayers(3)
                    .alignPivot(AlignPivot.REFERENCE)
                    .lambda("zh", -0.25)
                    .lambda("sw", 1),
            "f1fdd0b3ce551754",
            "27fd604010f5b777",
            "649dfb550c691a28"),
        of(
            "optimiser",
            b ->
                b.learningRate(3e-4)
                    .epochs(5)
                    .batchSize(3)
                    .accumulation(1)
                    .schedule(Schedule.LINEAR)
                    .warmupRatio(0)
                    .weightDecay(0.01)
                    .clipNorm(0)
                    .beta1(0)
                    .beta2(0.95)
                    .epsilon(1e-6)
                    .shuffle(true)
                    .seed(-12345678901L)
                    .trainTexts(0)
                    .trainMaxTokens(77)
                    .checkpointEvery(11),
            "dfd9493588b007f4",
            "0323b62ea2268d2a",
            "649dfb550c691a28"));
  }

  private static Arguments of(
      String name,
      UnaryOperator<LensConfigBuilder> change,
      String json,
      String settings,
      String probing) {
    return Arguments.of(name, change, json, settings, probing);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("recorded")
  void formAndFingerprintsAreAsRecorded(
      String name,
      UnaryOperator<LensConfigBuilder> change,
      String json,
      String settings,
      String probing) {
    LensConfig config =
        change.apply(LensConfig.builder().languages("en", "zh", "sw", "pt_BR")).build();
    assertThat(Sha256.hex(config.toJson()).substring(0, 16)).isEqualTo(json);
    assertThat(config.fingerprint().substring(0, 16)).isEqualTo(settings);
    assertThat(config.probingFingerprint().substring(0, 16)).isEqualTo(probing);
    assertThat(LensConfig.fromJson(config.toJson())).isEqualTo(config);
  }
}
