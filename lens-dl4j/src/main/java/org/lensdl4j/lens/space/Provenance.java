package org.lensdl4j.lens.space;

import java.util.Objects;

/**
 * What a language space was made from and with; written into its file. Hashes are compared, the
 * rest is for people.
 *
 * @param modelHash hash of the weights, which a model must have for the space to fit it
 * @param model name of the model's file or folder
 * @param prompt fingerprint of tokenizer, template, system prompt and cut
 * @param position which token's state was taken: {@code last}, or {@code index -1 of the padded
 *     batch} (compat); {@code mean} of all or {@code cls}, the first, of an encoder
 * @param corpus hash of the texts
 * @param config fingerprint of the options
 * @param code version of this library
 */
public record Provenance(
    String modelHash,
    String model,
    String prompt,
    String position,
    String corpus,
    String config,
    String code) {
  public Provenance {
    Objects.requireNonNull(modelHash, "modelHash");
    Objects.requireNonNull(model, "model");
    Objects.requireNonNull(prompt, "prompt");
    Objects.requireNonNull(position, "position");
    Objects.requireNonNull(corpus, "corpus");
    Objects.requireNonNull(config, "config");
    Objects.requireNonNull(code, "code");
  }

  /** For states that do not come from a run of ours: only the model is named. */
  public static Provenance ofModel(String modelHash) {
    return new Provenance(modelHash, "", "", "last", "", "", codeVersion());
  }

  /** The version of this library, or {@code development} outside a jar. */
  public static String codeVersion() {
    String version = Provenance.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }
}
