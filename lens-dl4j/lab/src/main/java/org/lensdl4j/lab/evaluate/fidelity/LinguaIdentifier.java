package org.lensdl4j.lab.evaluate.fidelity;

import com.github.pemistahl.lingua.api.IsoCode639_1;
import com.github.pemistahl.lingua.api.Language;
import com.github.pemistahl.lingua.api.LanguageDetector;
import com.github.pemistahl.lingua.api.LanguageDetectorBuilder;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Identifies languages with Lingua, among those asked for and a dozen widely written ones that a
 * model may fall into. Needs {@code com.github.pemistahl:lingua} on the class path, an optional
 * dependency of 80 MB.
 */
public final class LinguaIdentifier implements LanguageIdentifier {
  private static final List<String> LIKELY =
      List.of("en", "zh", "ja", "ko", "ar", "bn", "sw", "es", "fr", "de", "pt", "ru", "hi");
  private static final Set<String> KNOWN =
      Stream.of(IsoCode639_1.values())
          .filter(c -> c != IsoCode639_1.NONE)
          .map(c -> c.name().toLowerCase(Locale.ROOT))
          .collect(Collectors.toUnmodifiableSet());

  private final LanguageDetector detector;

  /**
   * An identifier.
   *
   * @param languages of the evaluation; those that Lingua does not know are passed over
   */
  public LinguaIdentifier(Collection<String> languages) {
    Set<String> all = new LinkedHashSet<>(LIKELY);
    languages.stream().map(LanguageCodes::iso).filter(KNOWN::contains).forEach(all::add);
    detector =
        LanguageDetectorBuilder.fromIsoCodes639_1(
                all.stream()
                    .map(c -> IsoCode639_1.valueOf(c.toUpperCase(Locale.ROOT)))
                    .toArray(IsoCode639_1[]::new))
            .build();
  }

  @Override
  public Optional<String> identify(String text) {
    Language found = detector.detectLanguageOf(text);
    return found == Language.UNKNOWN
        ? Optional.empty()
        : Optional.of(found.getIsoCode639_1().name().toLowerCase(Locale.ROOT));
  }

  @Override
  public boolean knows(String language) {
    return KNOWN.contains(LanguageCodes.iso(language));
  }
}
