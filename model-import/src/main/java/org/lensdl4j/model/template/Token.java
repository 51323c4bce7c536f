package org.lensdl4j.model.template;

import java.util.List;

/**
 * One token.
 *
 * @param value a name, an operator, or a constant's value
 */
record Token(Kind kind, Object value, int line) {
  enum Kind {
    DATA,
    BLOCK_BEGIN,
    BLOCK_END,
    VARIABLE_BEGIN,
    VARIABLE_END,
    NAME,
    OPERATOR,
    STRING,
    INTEGER,
    FLOAT,
    EOF
  }

  boolean is(Kind wanted) {
    return kind == wanted;
  }

  boolean isName(String name) {
    return kind == Kind.NAME && value.equals(name);
  }

  boolean isName(List<String> names) {
    return kind == Kind.NAME && names.contains((String) value);
  }

  boolean isOperator(String operator) {
    return kind == Kind.OPERATOR && value.equals(operator);
  }

  /** For a message. */
  String shown() {
    return switch (kind) {
      case DATA -> "template data";
      case BLOCK_BEGIN -> "begin of statement block";
      case BLOCK_END -> "end of statement block";
      case VARIABLE_BEGIN -> "begin of print statement";
      case VARIABLE_END -> "end of print statement";
      case EOF -> "end of template";
      case STRING -> "string";
      case INTEGER -> "integer";
      case FLOAT -> "float";
      default -> (String) value;
    };
  }
}
