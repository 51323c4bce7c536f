package org.lensdl4j.model.onnx;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The operators that a model may use, by name. Immutable: adding an operator yields a new set and
 * changes no other model.
 *
 * <pre>{@code
 * OnnxOperators mine = OnnxOperators.standard()
 *     .with("com.example", "HardSwish", node -> ...);
 * OnnxModel.builder(file).operators(mine).open();
 * }</pre>
 */
public final class OnnxOperators {
  private final Map<String, OnnxOperator> operators;

  private OnnxOperators(Map<String, OnnxOperator> operators) {
    this.operators = operators;
  }

  /** The operators of this library. */
  public static OnnxOperators standard() {
    Map<String, OnnxOperator> all = new TreeMap<>();
    Elementwise.register(all);
    Logic.register(all);
    Reductions.register(all);
    Shapes.register(all);
    Indexing.register(all);
    Matrices.register(all);
    Normalization.register(all);
    Quantized.register(all);
    return new OnnxOperators(all);
  }

  /** These operators and another one of the default domain, which replaces one of its name. */
  public OnnxOperators with(String name, OnnxOperator operator) {
    return with("", name, operator);
  }

  /** As above, for an operator of another domain. */
  public OnnxOperators with(String domain, String name, OnnxOperator operator) {
    Map<String, OnnxOperator> all = new TreeMap<>(operators);
    all.put(key(domain, name), operator);
    return new OnnxOperators(all);
  }

  /** The names; operators of other domains as {@code domain:name}. */
  public Set<String> names() {
    return new TreeSet<>(operators.keySet());
  }

  /** The operator, or null. */
  OnnxOperator find(String domain, String name) {
    return operators.get(key(domain, name));
  }

  static String key(String domain, String name) {
    return domain.isEmpty() || domain.equals("ai.onnx") ? name : domain + ":" + name;
  }
}
