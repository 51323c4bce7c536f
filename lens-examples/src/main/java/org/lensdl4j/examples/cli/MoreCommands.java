package org.lensdl4j.examples.cli;

import java.util.List;

/**
 * Commands of modules that only some users have; found on the class path as services. Which module
 * has which is in {@code bin/lens}.
 */
public interface MoreCommands {
  /** Objects with picocli's annotations. */
  List<Object> commands();
}
