package org.lensdl4j.ui;

import java.util.List;
import org.lensdl4j.examples.cli.MoreCommands;

/** The commands of this module. */
public final class UiCommands implements MoreCommands {
  /** For the service loader. */
  public UiCommands() {}

  @Override
  public List<Object> commands() {
    return List.of(new SearchUiCommand());
  }
}
