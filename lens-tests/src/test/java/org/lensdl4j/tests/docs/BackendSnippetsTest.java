package org.lensdl4j.tests.docs;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.lensdl4j.model.base.Backend;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

class BackendSnippetsTest {
  private static final Logger log = LoggerFactory.getLogger(BackendSnippetsTest.class);

  @Test
  void start() {
    // snippet start
    Backend backend = Backend.start(); // BackendException: one line that says what to do
    log.info("computing on {}", backend); // CPU (OpenBLAS 0.3.31 ..., 2 of 2 cores)
    // end start
    assertThat(backend.devices()).isNotEmpty();
  }
}
