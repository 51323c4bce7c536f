package org.lensdl4j.model.config;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class UnknownKeysTest {
  @Test
  void onlyKeysThatNobodyKnowsAreLogged() throws IOException {
    Logger log = (Logger) LoggerFactory.getLogger(UnknownKeys.class);
    Level level = log.getLevel();
    ListAppender<ILoggingEvent> heard = new ListAppender<>();
    heard.start();
    log.addAppender(heard);
    log.setLevel(Level.INFO);
    log.setAdditive(false);
    try {
      String json =
          """
          {"model_type": "llama", "hidden_size": 64, "num_hidden_layers": 2, "num_attention_heads": 8,
           "intermediate_size": 128, "vocab_size": 100, "torch_dtype": "float32", "colour": "green"}
          """;
      HuggingFaceConfig.read(
          "config.json", new ObjectMapper().readTree(json), JsonNodeFactory.instance.objectNode());
    } finally {
      log.detachAppender(heard);
      log.setLevel(level);
      log.setAdditive(true);
    }
    assertThat(heard.list)
        .extracting(ILoggingEvent::getFormattedMessage)
        .containsExactly("config.json: the key colour is not known and has no effect");
  }
}
