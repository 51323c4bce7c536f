package org.lensdl4j.lab.measure;

import static org.lensdl4j.lab.measure.Better.DOWN;
import static org.lensdl4j.lab.measure.Better.NEITHER;
import static org.lensdl4j.lab.measure.Better.UP;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * What is measured of a model's hidden states, of its bits per byte and of its answers: the one
 * table of names, of what they mean and of which way is good, that comparisons, searches,
 * evaluations, analyses and reports read.
 */
public enum Measure {
  RETRIEVAL_TO_CENTRAL(
      "retrieval_to",
      UP,
      "retrieval to central",
      "translation found",
      "the nearest text of the central language is the translation"),
  RETRIEVAL_FROM_CENTRAL(
      "retrieval_from",
      UP,
      "retrieval from central",
      "found as translation",
      "the nearest text to the central language's is the translation"),
  COSINE(UP, "cosine to central", "cosine to translation", "of a text and its translation"),
  AGNOSTIC_COSINE(
      "cosine_agnostic",
      UP,
      "agnostic cosine",
      "cosine in the agnostic space",
      "of both in the agnostic space"),
  AGNOSTIC_GAP(
      DOWN,
      "agnostic gap",
      "gap in the agnostic space",
      "|A (h - h_c)| / |A h_c|, with the projection A on the agnostic space"),
  DISPLACEMENT(
      NEITHER,
      "displacement",
      "moved along own direction",
      "along the language's direction, in units of it; aim: lambda"),
  SEPARABILITY(
      UP,
      "separability",
      "language recognised",
      "the language is recognised in the specific space"),
  DRIFT(
      DOWN,
      "drift",
      "drift of the central language",
      "relative change of the mean states of the central language; aim: 0"),
  BITS_PER_BYTE(DOWN, "bits per byte", "bits per byte", "bits per UTF-8 byte of the text"),
  SPECIFIC_COSINE(
      "cosine_specific",
      NEITHER,
      "specific cosine",
      "cosine in the specific space",
      "of both in the specific space"),
  CKA(
      NEITHER,
      "CKA",
      "likeness to the central language (CKA)",
      "linear CKA with the central language"),
  /** |P_S h|^2 / |h|^2, in [0, 1]. */
  SPECIFIC_ENERGY(NEITHER, "specific energy", "energy in the specific space", "|S h|^2 / |h|^2"),
  /** |P_A h|^2 / |h|^2, in [0, 1]. */
  AGNOSTIC_ENERGY(NEITHER, "agnostic energy", "energy in the agnostic space", "|A h|^2 / |h|^2"),
  /** |P_S (h - m)|^2 over the mean of |h - m|^2, with the mean m of all texts. */
  SPECIFIC_VARIANCE(
      NEITHER,
      "specific variance",
      "variance in the specific space",
      "|S (h - m)|^2 over the mean of |h - m|^2"),
  /** |P_A (h - m)|^2 over the mean of |h - m|^2. */
  AGNOSTIC_VARIANCE(
      NEITHER,
      "agnostic variance",
      "variance in the agnostic space",
      "|A (h - m)|^2 over the mean of |h - m|^2"),
  /** Of items that are the same in two languages. */
  BOTH_RIGHT(
      UP,
      "right in both",
      "questions answered right in both languages",
      "the item is answered right in its language and in the central one"),
  /** Of the same items, right answers and wrong ones. */
  AGREEMENT(
      UP,
      "agreement",
      "questions answered alike in both languages",
      "the same choice in the item's language and in the central one"),
  RIGHT_LANGUAGE(
      UP,
      "right language",
      "answers in the right language",
      "the answer is in the language asked for"),
  /** Of answers that have a line to judge. */
  LINE_PASS(
      UP,
      "line pass rate",
      "answers with every line in the right language",
      "every line of five words or more is in the language asked for"),
  /** Of answers whose lines pass. */
  WORD_PASS(
      UP,
      "word pass rate",
      "answers without a stray English word",
      "of answers whose lines pass, those without an English word"),
  REPETITION(
      DOWN, "repetition", "repetition in answers", "share of 3-grams that the answer had before"),
  /**
   * Under the model at hand, whoever answered; of answers in the right language, as one in English
   * costs fewer whatever it is worth.
   */
  ANSWER_BITS(
      DOWN,
      "bits per byte of answers",
      "bits per byte of answers",
      "bits per byte of answers in the right language, under the untouched model asked in it"),
  ANSWER_TOKENS(NEITHER, "tokens", "length of answers in tokens", "tokens of the answer"),
  ANSWER_CHARACTERS(
      NEITHER, "characters", "length of answers in characters", "characters of the answer"),
  /** From 0 to 100; of many translations from their n-grams together. */
  CHRF(UP, "chrF++", "chrF++ of translations", "n-grams shared with the reference, 0 to 100");

  private final String column;
  private final Better better;
  private final String label;
  private final String plain;
  private final String about;

  Measure(Better better, String label, String plain, String about) {
    this("", better, label, plain, about);
  }

  Measure(String column, Better better, String label, String plain, String about) {
    this.column = column.isEmpty() ? name().toLowerCase(Locale.ROOT) : column;
    this.better = better;
    this.label = label;
    this.plain = plain;
    this.about = about;
  }

  /** The name in comparisons, searches and tables of analyses. */
  public String id() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The name in the files of an evaluation. */
  public String evaluationId() {
    return column;
  }

  /** By either name. */
  public static Optional<Measure> named(String name) {
    return Arrays.stream(values())
        .filter(m -> m.id().equals(name) || m.column.equals(name))
        .findFirst();
  }

  /** Which way is good. */
  public Better better() {
    return better;
  }

  /** Whether a change says something only beside the value before: there is no unit. */
  public boolean isRelative() {
    return this == BITS_PER_BYTE || this == AGNOSTIC_GAP || this == ANSWER_BITS;
  }

  /** Short name for tables. */
  public String label() {
    return label;
  }

  /** Name in sentences and pictures. */
  public String plain() {
    return plain;
  }

  /** What it is. */
  public String about() {
    return about;
  }

  /** What it is and which way is good. */
  public String meaning() {
    return better == NEITHER ? about : about + "; " + better.words();
  }

  /** Whether it counts for a verdict; of states, where it is of the last layer. */
  public boolean isHeadline() {
    return switch (this) {
      case RETRIEVAL_TO_CENTRAL, BITS_PER_BYTE, RIGHT_LANGUAGE, LINE_PASS -> true;
      case REPETITION, ANSWER_BITS, CHRF -> true;
      default -> false;
    };
  }

  /** Whether it is of choices in two languages. */
  public boolean isOfChoices() {
    return this == BOTH_RIGHT || this == AGREEMENT;
  }

  /** Whether answers have to be generated for it. */
  public boolean isOfAnswers() {
    return compareTo(RIGHT_LANGUAGE) >= 0;
  }
}
