package org.lensdl4j.model.config;

/** What a tensor of a layer is used for. A family lacks the roles that its names do not list. */
public enum TensorRole {
  ATTENTION_NORM(Kind.NORM),
  QUERY(Kind.LINEAR),
  KEY(Kind.LINEAR),
  VALUE(Kind.LINEAR),
  /** Queries, keys and values in one matrix. */
  FUSED(Kind.LINEAR),
  QUERY_NORM(Kind.HEAD_NORM),
  KEY_NORM(Kind.HEAD_NORM),
  OUTPUT(Kind.LINEAR),
  /** Norm of what attention adds. */
  ATTENTION_POST_NORM(Kind.NORM),
  /** Norm of the states after attention was added to them: BERT. */
  ATTENTION_SUM_NORM(Kind.NORM),
  MLP_NORM(Kind.NORM),
  GATE(Kind.LINEAR),
  UP(Kind.LINEAR),
  /** Gate and up in one matrix. */
  GATE_UP(Kind.LINEAR),
  DOWN(Kind.LINEAR),
  /** Norm of what the MLP adds. */
  MLP_POST_NORM(Kind.NORM),
  /** Norm of the states after the MLP was added to them: BERT. */
  MLP_SUM_NORM(Kind.NORM);

  private final Kind kind;

  TensorRole(Kind kind) {
    this.kind = kind;
  }

  /** What the tensor is used for. */
  enum Kind {
    NORM,
    HEAD_NORM,
    LINEAR
  }

  Kind kind() {
    return kind;
  }
}
