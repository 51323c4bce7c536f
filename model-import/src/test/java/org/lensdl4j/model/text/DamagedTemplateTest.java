package org.lensdl4j.model.text;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lensdl4j.model.TransformerModel;
import org.lensdl4j.model.base.ModelFormatException;
import org.lensdl4j.model.fixtures.TinyModels;

/**
 * A cut chat template is refused like any other damage to a model's files: found by a random test.
 */
class DamagedTemplateTest {
  @Test
  void namesTheModelAndTheLine(@TempDir Path folder) throws IOException {
    Path directory = TinyModels.write(TinyModels.GROUPED, folder);
    Files.writeString(directory.resolve("chat_template.jinja"), "a\n{% if messages ");
    try (TransformerModel model = TransformerModel.open(directory)) {
      assertThatThrownBy(model::tokenizer)
          .isInstanceOf(ModelFormatException.class)
          .hasMessageContaining(directory.toString())
          .hasMessageContaining("chat template, line 2");
    }
  }
}
