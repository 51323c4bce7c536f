package org.lensdl4j.model.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lensdl4j.model.base.ModelFormatException;

class ModelFolderTest {
  @TempDir Path parent;

  @Test
  void findsPlainNamesAndMissesOthers() throws IOException {
    Path file = Files.writeString(parent.resolve("config.json"), "{}");
    assertThat(ModelFolder.find(parent, "config.json")).contains(file);
    assertThat(ModelFolder.find(parent, "other.json")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ".", "..", "../secret", "a/b", "a\\b", "/etc/passwd", "a\0b"})
  void refusesWhatIsNoPlainName(String name) throws IOException {
    Path folder = Files.createDirectory(parent.resolve("model"));
    Files.writeString(parent.resolve("secret"), "x");
    assertThatThrownBy(() -> ModelFolder.find(folder, name))
        .isInstanceOf(ModelFormatException.class)
        .hasMessageContaining(folder.toString());
  }

  @Test
  void followsNoLinkOutExceptThoseOfTheHubsCache() throws IOException {
    Path secret = Files.writeString(parent.resolve("secret"), "x");
    Path folder = Files.createDirectories(parent.resolve("hub/snapshots/abc"));
    Path blob = Files.createDirectories(parent.resolve("hub/blobs")).resolve("123");
    Files.writeString(blob, "weights");
    Files.createSymbolicLink(folder.resolve("out"), secret);
    Files.createSymbolicLink(folder.resolve("cached"), Path.of("../../blobs/123"));
    assertThat(ModelFolder.find(folder, "cached")).isPresent();
    assertThatThrownBy(() -> ModelFolder.find(folder, "out"))
        .isInstanceOf(ModelFormatException.class)
        .hasMessageContaining("is a link that leads out of the folder");
  }

  @ParameterizedTest
  @ValueSource(strings = {".", "", "./", "src/..", "./src/.."})
  void theCurrentFolderIsAFolder(String here) {
    assertThat(ModelFolder.find(Path.of(here), "pom.xml")).isPresent();
    assertThatThrownBy(() -> ModelFolder.find(Path.of(here), ".."))
        .isInstanceOf(ModelFormatException.class);
  }
}
