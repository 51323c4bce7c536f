package org.lensdl4j.lens.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
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
    JsonNode json = JSON.readTree(valid().build().toJson());
    List<String> names = LensConfig.options().all().stream().map(Option::name).toList();
    List<String> written = new ArrayList<>();
    json.fieldNames().forEachRemaining(written::add);
    assertThat(written).isEqualTo(names).hasSize(39);
    for (Option option : LensConfig.options().all()) {
      assertThat(option.help()).as(option.name()).matches("(?s)[^.].*\\.");
      named(LensConfig.class, LensConfigBuilder.class, option);
    }
    for (Option option : TuningConfig.options().all()) {
      named(TuningConfig.class, TuningConfig.builder().getClass(), option);
    }
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
    for (Option option : LensConfig.options().all()) {
      LensConfig changed = base.toBuilder().set(option.name(), another(option, base)).build();
      assertThat(changed.probingFingerprint().equals(base.probingFingerprint()))
          .as(option.name())
          .isEqualTo(option.affects() != Option.Affects.SPACE);
      assertThat(changed.fingerprint().equals(base.fingerprint()))
          .as(option.name())
          .isEqualTo(option.affects() == Option.Affects.NOTHING);
    }
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
