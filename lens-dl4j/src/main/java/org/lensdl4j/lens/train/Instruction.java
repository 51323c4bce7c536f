package org.lensdl4j.lens.train;

import java.util.Objects;

/**
 * A question and its answer.
 *
 * @param id what parallel instructions of all languages have in common
 * @param instruction the user's turn
 * @param response the assistant's turn, which is learned
 */
public record Instruction(String id, String instruction, String response) {
  public Instruction {
    Objects.requireNonNull(id, "id");
    Objects.requireNonNull(instruction, "instruction");
    Objects.requireNonNull(response, "response");
  }
}
