package org.lensdl4j.lens.steer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lensdl4j.model.base.LensException;

class SteeringSettingTest {
  @ParameterizedTest
  @CsvSource({
    "0.3, last, 0.3, false, 0.3",
    "last:0.3, last, 0.3, false, 0.3",
    "2, last, 2, false, 2",
    "-1.0, last, -1, false, -1",
    "0.03u, last, 0.03, true, 0.03u",
    "all:0.03u, all, 0.03, true, all:0.03u",
    "12:0.5, 12, 0.5, false, 12:0.5",
    "8-16:1e-2u, 8-16, 0.01, true, 8-16:0.01u",
    "3-3:.5, 3-3, 0.5, false, 3-3:0.5"
  })
  void readsAndWrites(String text, String layers, double strength, boolean share, String written) {
    SteeringSetting setting = SteeringSetting.parse(text);
    assertThat(setting).isEqualTo(new SteeringSetting(layers, strength, share));
    assertThat(setting).hasToString(written);
    assertThat(SteeringSetting.parse(setting.toString())).isEqualTo(setting);
  }

  @Test
  void layersAreThoseOfTheModel() {
    assertThat(SteeringSetting.parse("0.3").of(6)).containsExactly(6);
    assertThat(SteeringSetting.parse("all:0.3").of(3)).containsExactly(1, 2, 3);
    assertThat(SteeringSetting.parse("2:0.3").of(6)).containsExactly(2);
    assertThat(SteeringSetting.parse("2-4:0.3").of(6)).containsExactly(2, 3, 4);
    assertThatThrownBy(() -> SteeringSetting.parse("5-7:0.3").of(6))
        .isInstanceOf(LensException.class)
        .hasMessage(
            "steering '5-7:0.3': found layers 5-7, expected some of 1 to 6, which the model has");
  }

  @ParameterizedTest
  @CsvSource({
    "'', found strength ''",
    "x, found strength 'x'",
    "all:, found strength ''",
    "all, found strength 'all'",
    "0.3v, found strength '0.3v'",
    "u, found strength 'u'",
    "NaN, found strength 'NaN'",
    "0x1p3, found strength '0x1p3'",
    "1e999, found strength Infinity",
    "some:0.3, found layers 'some'",
    "0:0.3, found layers '0'",
    "-3:0.3, found layers '-3'",
    "5-4:0.3, found layers '5-4'",
    "99999:0.3, found layers '99999'",
    "1:2:3, found layers '1:2'"
  })
  void saysWhatIsWrong(String text, String expected) {
    assertThatThrownBy(() -> SteeringSetting.parse(text))
        .isInstanceOf(LensException.class)
        .hasMessageContaining(expected)
        .hasMessageContaining("expected ")
        .hasMessageNotContaining("--");
  }
}
