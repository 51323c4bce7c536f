package org.lensdl4j.model.template;

/** What {@code namespace()} makes: the only thing that a template can change. */
final class Namespace {
  private final Dict attributes;

  Namespace(Dict attributes) {
    this.attributes = attributes;
  }

  Dict attributes() {
    return attributes;
  }
}
