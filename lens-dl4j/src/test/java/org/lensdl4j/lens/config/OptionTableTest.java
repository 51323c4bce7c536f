package org.lensdl4j.lens.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.lensdl4j.lens.train.TuningConfig;
import org.lensdl4j.model.base.LensException;

/** What the table says of an option is what builder and JSON do. */
class OptionTableTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  private static LensConfigBuilder valid() {
    return LensConfig.builder().languages("en", "zh", "sw");
  }

  @Test
  void everyOptionIsReadSetAndWrittenByItsName() throws Exception {
    List<String> names = LensConfig.options().all().stream().map(Option::name).toList();
    assertThat(written(valid().target(RequestTarget.STATES).probeRaw(true).build()))
        .isEqualTo(names)
        .hasSize(43);
    // Those of requests are not there where there are none.
    assertThat(written(valid().build()))
        .isEqualTo(
            names.stream()
                .filter(n -> !LensOptions.OF_REQUESTS.contains(n))
                .filter(n -> !n.equals("probeRaw"))
                .toList())
        .hasSize(39);
    for (Option option : LensConfig.options().all()) {
      assertThat(option.help()).as(option.name()).matches("(?s)[^.].*\\.");
      named(LensConfig.class, LensConfigBuilder.class, option);
    }
    for (Option option : TuningConfig.options().all()) {
      named(TuningConfig.class, TuningConfig.builder().getClass(), option);
    }
  }

  private static List<String> written(LensConfig config) throws Exception {
    List<String> out = new ArrayList<>();
    JSON.readTree(config.toJson()).fieldNames().forEachRemaining(out::add);
    assertThat(LensConfig.fromJson(config.toJson())).isEqualTo(config);
    return out;
  }

  private static void named(Class<?> settings, Class<?> builder, Option option) throws Exception {
    Method get = settings.getMethod(option.name());
    assertThat(Arrays.stream(builder.getMethods()).filter(m -> m.getName().equals(option.name())))
        .as(option.name())
        .anyMatch(m -> m.getParameterTypes()[0] == get.getReturnType());
  }

  @Test
  void aValueSetIsTheValueRead() throws Exception {
    LensConfig config = valid().build();
    for (Option option : LensConfig.options().all()) {
      Object read = LensConfig.class.getMethod(option.name()).invoke(config);
      assertThat(read).as(option.name()).isEqualTo(config.values().get(option.name()));
      if (!option.name().equals("languages")) {
        assertThat(read).as(option.name()).isEqualTo(option.initial());
      }
    }
  }

  static Stream<Arguments> outside() {
    List<Arguments> out = new ArrayList<>();
    for (Option option : LensConfig.options().all()) {
      if (option.range() == null) {
        continue;
      }
      boolean whole = option.type() == Integer.class;
      double least = option.range().least();
      double below = option.range().below();
      if (whole) {
        out.add(Arguments.of(option, (int) least - 1, option.range().words()));
        out.add(Arguments.of(option, Integer.MAX_VALUE + 1L, "a whole number"));
      } else {
        double low = option.range().open() ? least : Math.nextDown(least);
        out.add(Arguments.of(option, low, option.range().words()));
        out.add(Arguments.of(option, below, option.range().words()));
        out.add(Arguments.of(option, Double.NaN, option.range().words()));
      }
    }
    return out.stream();
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource
  void outside(Option option, Number value, String words) {
    boolean map = option.type() == Map.class;
    Object given = map ? Map.of("zh", value) : value;
    String message =
        "option %s: found %s, expected %s"
            .formatted(option.name() + (map ? ".zh" : ""), value, words);
    assertThatThrownBy(() -> valid().set(option.name(), given).build())
        .isInstanceOf(LensException.class)
        .hasMessage(message);
    if (Double.isFinite(value.doubleValue())) {
      ObjectNode json = JSON.createObjectNode().set(option.name(), JSON.valueToTree(given));
      json.putArray("languages").add("en").add("zh").add("sw");
      assertThatThrownBy(() -> LensConfig.fromJson(json.toString()))
          .isInstanceOf(LensException.class)
          .hasMessage(message);
    }
    if (TuningConfig.options().all().stream().anyMatch(o -> o.name().equals(option.name()))) {
      assertThatThrownBy(() -> TuningConfig.builder().set(option.name(), given).build())
          .isInstanceOf(LensException.class)
          .hasMessage(message);
    }
  }

  @Test
  void anotherTypeIsRefused() {
    for (Option option : LensConfig.options().all()) {
      assertThatThrownBy(() -> valid().set(option.name(), new Object[] {}))
          .isInstanceOf(LensException.class)
          .hasMessageStartingWith("option " + option.name() + ": found []")
          .hasMessageContaining("expected ");
    }
    assertThatThrownBy(() -> valid().set("epoch", 1))
        .hasMessageStartingWith("configuration: unknown option 'epoch', known are languages, ");
  }

  @Test
  void defaultsAreShownAsPeopleWriteThem() {
    assertThat(shown("learningRate")).isEqualTo("1e-5");
    assertThat(shown("epsilon")).isEqualTo("1e-8");
    assertThat(shown("align")).isEqualTo("1");
    assertThat(shown("beta2")).isEqualTo("0.999");
    assertThat(shown("loraTargets")).isEqualTo("q_proj,v_proj");
    assertThat(shown("alignPivot")).isEqualTo("trained");
    assertThat(shown("seed")).isEqualTo("42");
  }

  private static String shown(String name) {
    Option option = LensConfig.options().get(name);
    return option.shown(option.initial());
  }

  /** Another value of an option changes the fingerprints that the table says, and no other. */
  @Test
  void fingerprintsAreOfWhatIsAffected() {
    LensConfig base =
        valid()
            .rank(1)
            .agnosticRank(2)
            .topLayers(4)
            .lossLayers(2)
            .loraRank(4)
            .loraAlpha(3)
            .retainTargets(0.1)
            .contrast(0.5)
            .batchSize(4)
            .coordinates(LossCoordinates.STANDARDISED)
            .build();
    LensConfig requests =
        valid().target(RequestTarget.STATES).fence(0.5).topLayers(4).lossLayers(2).build();
    for (Option option : LensConfig.options().all()) {
      boolean ofRequests = LensOptions.OF_REQUESTS.contains(option.name());
      changes(ofRequests ? requests : base, option);
    }
    // What requests do not use does not tell their runs apart.
    assertThat(requests.toBuilder().align(3).alignPivot(AlignPivot.REFERENCE).build().fingerprint())
        .isEqualTo(requests.fingerprint());
    assertThat(requests.toBuilder().retain(3).build().fingerprint())
        .isNotEqualTo(requests.fingerprint());
  }

  private static void changes(LensConfig base, Option option) {
    LensConfig changed = base.toBuilder().set(option.name(), another(option, base)).build();
    assertThat(changed.probingFingerprint().equals(base.probingFingerprint()))
        .as(option.name())
        .isEqualTo(option.affects() != Option.Affects.SPACE);
    assertThat(changed.fingerprint().equals(base.fingerprint()))
        .as(option.name())
        .isEqualTo(option.affects() == Option.Affects.NOTHING);
  }

  @Test
  void requestsHaveDefaultsOfTheirOwn() {
    LensConfig config = valid().target(RequestTarget.ENDS).lambda("zh", 0.5).build();
    assertThat(config.learningRate()).isEqualTo(1e-4);
    assertThat(config.epochs()).isEqualTo(3);
    assertThat(config.batchSize()).isEqualTo(8);
    assertThat(config.accumulation()).isEqualTo(1);
    assertThat(config.shuffle()).isTrue();
    assertThat(config.trainTexts()).isZero();
    assertThat(config.trainMaxTokens()).isEqualTo(512);
    assertThat(config.topLayers()).isEqualTo(2);
    assertThat(config.lambda("zh")).isEqualTo(0.5);
    assertThat(config.lambda("sw")).isEqualTo(0.3);
    assertThat(valid().build().lambda("sw")).isEqualTo(1);
    assertThat(valid().target(RequestTarget.ENDS).epochs(7).build().epochs()).isEqualTo(7);
  }

  @Test
  void whatDoesNotFitATargetIsRefused() {
    LensConfigBuilder ends = valid().target(RequestTarget.ENDS);
    assertThatThrownBy(() -> valid().fence(1).build())
        .hasMessage("option fence: found 1.0, expected 0 without a target: it is for requests");
    assertThatThrownBy(() -> ends.build().toBuilder().lossLayers(2).build())
        .hasMessage("option lossLayers: found 2, expected 1 with a target that has no fence");
    assertThatThrownBy(() -> ends.build().toBuilder().fence(1).lossLayers(3).build())
        .hasMessage("option lossLayers: found 3, expected 1 to 2, the layers trained");
    assertThatThrownBy(() -> ends.build().toBuilder().separate(0).build())
        .hasMessageStartingWith(
            "option separate: found 0, expected a weight above 0 with a target");
    assertThatThrownBy(() -> ends.build().toBuilder().retainTargets(1).build())
        .hasMessageStartingWith("option retainTargets: found a weight with a target, expected 0");
    assertThatThrownBy(() -> ends.build().toBuilder().coordinates(LossCoordinates.WHITENED).build())
        .hasMessageStartingWith("option coordinates: found another than the default");
    assertThatThrownBy(() -> valid().set("target", "end"))
        .hasMessage(
            "option target: found \"end\", expected one of none, ends, states, specific, scores, answers");
  }

  private static Object another(Option option, LensConfig base) {
    Object value = base.values().get(option.name());
    if (value instanceof Integer n) {
      return n + 1;
    }
    if (value instanceof Long n) {
      return n + 1;
    }
    if (value instanceof Double x) {
      return x / 2;
    }
    if (value instanceof Boolean on) {
      return !on;
    }
    if (value == RequestTarget.STATES) {
      return RequestTarget.ENDS;
    }
    if (option.type().isEnum()) {
      return option.words().stream().filter(w -> option.typed(w) != value).findFirst().get();
    }
    return switch (option.name()) {
      case "languages" -> List.of("en", "zh", "fr");
      case "central" -> "zh";
      case "loraTargets" -> List.of("o_proj");
      case "lambdas" -> Map.of("zh", 0.5);
      default -> value + "!";
    };
  }
}
