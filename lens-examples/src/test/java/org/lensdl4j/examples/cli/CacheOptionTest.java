package org.lensdl4j.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CacheOptionTest {
  private final Path home = Path.of(System.getProperty("user.home"));

  @Test
  void isTheUsersCacheFolderOnEachSystem() {
    assertThat(CacheOption.standard("Linux", Map.of())).isEqualTo(home.resolve(".cache/lens-dl4j"));
    assertThat(CacheOption.standard("Mac OS X", Map.of()))
        .isEqualTo(home.resolve("Library/Caches/lens-dl4j"));
    assertThat(CacheOption.standard("Windows 11", Map.of("LOCALAPPDATA", "local")))
        .isEqualTo(Path.of("local", "lens-dl4j"));
    assertThat(CacheOption.standard("Linux", Map.of("XDG_CACHE_HOME", "other")))
        .isEqualTo(Path.of("other", "lens-dl4j"));
  }
}
