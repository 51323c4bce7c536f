package org.lensdl4j.lens.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.lensdl4j.model.base.LensException;

class LensConfigTest {
  private static LensConfigBuilder valid() {
    return LensConfig.builder().languages("en", "zh", "sw");
  }

  @Test
  void defaultsAreTheOriginalsPublishedOnes() {
    LensConfig config = valid().build();
    assertThat(config.topLayers()).isEqualTo(2);
    assertThat(config.learningRate()).isEqualTo(1e-5);
    assertThat(config.accumulation()).isEqualTo(8);
    assertThat(config.probeMaxTokens()).isEqualTo(64);
    assertThat(config.trainMaxTokens()).isEqualTo(128);
    assertThat(config.lambda("zh")).isEqualTo(1);
    assertThat(config.targets()).containsExactly("zh", "sw");
    assertThat(config.resolvedRank()).isEqualTo(2);
    assertThat(config.shuffle()).isFalse();
  }

  @Test
  void jsonRoundTripKeepsEveryOption() {
    LensConfig config =
        LensConfig.builder()
            .languages("de", "en", "zh")
            .central("zh")
            .systemPrompt("")
            .probeTexts(7)
            .probeRaw(true)
            .probeMaxTokens(33)
            .minTexts(3)
            .rank(1)
            .agnosticRank(5)
            .trainTexts(9)
            .trainMaxTokens(77)
            .topLayers(3)
            .loraRank(4)
            .loraAlpha(12.5)
            .loraTargets(List.of("q_proj", "mlp.up_proj"))
            .align(0.1)
            .separate(0)
            .retain(0.3)
            .retainTargets(0.35)
            .contrast(0.4)
            .contrastTemperature(0.07)
            .coordinates(LossCoordinates.WHITENED)
            .lossLayers(2)
            .lambdas(java.util.Map.of("de", -0.25, "en", 0.0))
            .alignPivot(AlignPivot.REFERENCE)
            .learningRate(3e-4)
            .epochs(5)
            .batchSize(2)
            .accumulation(4)
            .schedule(Schedule.LINEAR)
            .warmupRatio(0.07)
            .weightDecay(0.01)
            .clipNorm(0)
            .beta1(0.8)
            .beta2(0.95)
            .epsilon(1e-6)
            .shuffle(true)
            .seed(-12345678901L)
            .compat(Compat.LENS_2FFA3F0)
            .checkpointEvery(11)
            .build();
    LensConfig requests =
        valid()
            .target(RequestTarget.SPECIFIC)
            .answerMaxTokens(12)
            .fence(0.25)
            .lossLayers(2)
            .learningRate(1e-5)
            .build();
    config
        .values()
        .forEach(
            (name, value) ->
                assertThat(LensConfig.options().get(name).initial())
                    .as(name)
                    .isNotEqualTo(
                        LensOptions.OF_REQUESTS.contains(name)
                            ? requests.values().get(name)
                            : value));
    for (LensConfig each : List.of(config, requests)) {
      assertThat(LensConfig.fromJson(each.toJson())).isEqualTo(each);
      assertThat(each.toBuilder().build()).isEqualTo(each);
    }
    assertThat(config.toJson()).contains("\"compat\" : \"lens-2ffa3f0\"", "\"linear\"");
  }

  @Test
  void whatIsOffLeavesTheFingerprintAlone() {
    String plain = valid().build().fingerprint();
    assertThat(valid().loraAlpha(3).loraTargets(List.of("o_proj")).build().fingerprint())
        .isEqualTo(plain);
    String lora = valid().loraRank(4).build().fingerprint();
    assertThat(lora).isNotEqualTo(plain);
    assertThat(valid().loraRank(4).loraAlpha(8).build().fingerprint()).isEqualTo(lora);
    assertThat(valid().loraRank(4).loraAlpha(4).build().fingerprint()).isNotEqualTo(lora);
  }

  @Test
  void retentionOfTheTargetsCountsWhereItIsOn() {
    String plain = valid().build().fingerprint();
    assertThat(valid().retainTargets(0).build().fingerprint()).isEqualTo(plain);
    assertThat(valid().retainTargets(1).build().fingerprint()).isNotEqualTo(plain);
    assertThatThrownBy(() -> valid().retainTargets(-1).build())
        .hasMessageContaining("retainTargets");
  }

  @Test
  void lossesAreTakenOfTrainedLayersOnly() {
    assertThatThrownBy(() -> valid().topLayers(2).lossLayers(3).build())
        .hasMessageContaining("lossLayers")
        .hasMessageContaining("1 to 2, the layers trained");
    assertThat(valid().lossLayers(2).build().fingerprint())
        .isNotEqualTo(valid().build().fingerprint());
  }

  @Test
  void contrastNeedsOtherPromptsInTheBatch() {
    assertThatThrownBy(() -> valid().contrast(0.5).build())
        .hasMessageContaining("batchSize")
        .hasMessageContaining("at least 2 with contrast");
    LensConfig plain = valid().batchSize(2).build();
    assertThat(valid().batchSize(2).contrastTemperature(0.2).build().fingerprint())
        .isEqualTo(plain.fingerprint());
    assertThat(valid().batchSize(2).contrast(0.5).build().fingerprint())
        .isNotEqualTo(plain.fingerprint());
    assertThat(valid().batchSize(2).coordinates(LossCoordinates.STANDARDISED).build().fingerprint())
        .isNotEqualTo(plain.fingerprint());
  }

  @Test
  void fingerprintDependsOnWhatInfluencesResultsOnly() {
    LensConfig config = valid().build();
    assertThat(config.fingerprint()).matches("[0-9a-f]{64}");
    assertThat(valid().checkpointEvery(5).build().fingerprint()).isEqualTo(config.fingerprint());
    assertThat(valid().rank(2).lambda("zh", 1).build().fingerprint())
        .isEqualTo(config.fingerprint());
    assertThat(valid().seed(43).build().fingerprint()).isNotEqualTo(config.fingerprint());
    assertThat(valid().seed(43).build().probingFingerprint())
        .isEqualTo(config.probingFingerprint());
    assertThat(valid().rank(1).build().probingFingerprint())
        .isNotEqualTo(config.probingFingerprint());
  }

  @Test
  void fingerprintStaysTheSameBetweenVersions() {
    // Artefacts on disk carry it: a change here makes every stored space and run a stranger.
    assertThat(valid().build().probingFingerprint())
        .isEqualTo("ea7b60416d75b09b171d8b4cdc559b6953fde5c1c0d868c2158b8a2c309a8a56");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"languages\":[\"en\",\"zh\"],\"epoch\":1} | unknown option 'epoch'",
        "{\"languages\":[\"en\",\"zh\"],\"epochs\":\"two\"} | option epochs: found \"two\", expected"
            + " a whole number",
        "{\"languages\":[\"en\",\"zh\"],\"epochs\":1.5} | option epochs: found 1.5",
        "{\"languages\":[\"en\",\"zh\"],\"epochs\":99999999999} | option epochs",
        "{\"languages\":\"en\"} | option languages: found \"en\", expected an array",
        "{\"languages\":[\"en\",\"zh\"],\"compat\":\"x\"} | expected one of none, lens-2ffa3f0",
        "{\"languages\":[\"en\",\"zh\"],\"schedule\":\"x\"} | expected one of cosine, linear,",
        "{\"languages\":[\"en\",\"zh\"],\"lambdas\":{\"zh\":true}} | option lambdas.zh: found true",
        "{\"languages\":[\"en\",\"zh\"],\"seed\":1,\"seed\":2} | Duplicate field 'seed'",
        "[1] | expected a JSON object",
        "{\"seed\": | not JSON",
      })
  void badJsonNamesTheOption(String json, String message) {
    assertThatThrownBy(() -> LensConfig.fromJson(json))
        .isInstanceOf(LensException.class)
        .hasMessageContaining(message);
  }

  static Stream<Arguments> outOfRange() {
    return Stream.of(
        wrong("languages", b -> b.languages("en")),
        wrong("languages", b -> b.languages("en", "zh", "en")),
        wrong("languages", b -> b.languages("en", "../zh")),
        wrong("central", b -> b.central("fr")),
        wrong("rank", b -> b.rank(3)),
        wrong("rank", b -> b.rank(-1)),
        wrong("probeTexts", b -> b.probeTexts(-1)),
        wrong("probeMaxTokens", b -> b.probeMaxTokens(0)),
        wrong("topLayers", b -> b.topLayers(0)),
        wrong("align", b -> b.align(-1)),
        wrong("separate", b -> b.separate(Double.NaN)),
        wrong("align, separate, retain", b -> b.align(0).separate(0).retain(0)),
        wrong("lambdas", b -> b.lambda("en", 1)),
        wrong("lambdas.zh", b -> b.lambda("zh", Double.POSITIVE_INFINITY)),
        wrong("learningRate", b -> b.learningRate(0)),
        wrong("warmupRatio", b -> b.warmupRatio(1)),
        wrong("clipNorm", b -> b.clipNorm(-1)),
        wrong("beta2", b -> b.beta2(1)),
        wrong("epsilon", b -> b.epsilon(0)),
        wrong("systemPrompt", b -> b.systemPrompt(null)));
  }

  private static Arguments wrong(String option, UnaryOperator<LensConfigBuilder> change) {
    return Arguments.of(option, change);
  }

  @ParameterizedTest
  @MethodSource("outOfRange")
  void valuesOutOfRangeAreRefusedByName(String option, UnaryOperator<LensConfigBuilder> change) {
    assertThatThrownBy(() -> change.apply(valid()).build())
        .isInstanceOf(LensException.class)
        .hasMessageStartingWith("option")
        .hasMessageContaining(option + ": found ")
        .hasMessageContaining("expected ");
  }
}
