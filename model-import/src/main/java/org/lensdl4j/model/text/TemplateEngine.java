package org.lensdl4j.model.text;

import com.hubspot.jinjava.Jinjava;
import com.hubspot.jinjava.JinjavaConfig;
import com.hubspot.jinjava.LegacyOverrides;
import com.hubspot.jinjava.interpret.Context;
import com.hubspot.jinjava.interpret.Context.Library;
import com.hubspot.jinjava.lib.Importable;
import java.util.Collection;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Jinjava, reduced to what a rewritten template uses, and with limits. */
final class TemplateEngine {
  private static final Set<String> TAGS =
      Set.of(
          "if",
          "elif",
          "else",
          "endif",
          "for",
          "endfor",
          "set",
          "endset",
          "macro",
          "endmacro",
          "break",
          "continue");

  private static final Set<String> TESTS =
      Stream.concat(TemplateRewriter.TESTS.stream(), Stream.of("truthy")) // used by selectattr
          .collect(Collectors.toUnmodifiableSet());

  private TemplateEngine() {}

  static Jinjava create() {
    LegacyOverrides overrides =
        LegacyOverrides.newBuilder()
            .withEvaluateMapKeys(true)
            .withIterateOverMapKeys(true)
            .withUseNaturalOperatorPrecedence(true)
            .withParseWhitespaceControlStrictly(true)
            .withAllowAdjacentTextNodes(true)
            .withKeepNullableLoopValues(true)
            .build();
    Jinjava engine =
        new Jinjava(
            JinjavaConfig.newBuilder()
                .withLegacyOverrides(overrides)
                .withNestedInterpretationEnabled(false)
                .withElResolver(new TemplateResolver())
                .withDisabled(disabled())
                .withMaxOutputSize(TemplateRuntime.MAX_OUTPUT)
                .withMaxStringLength(TemplateRuntime.MAX_OUTPUT)
                .withMaxListSize(TemplateRuntime.MAX_RANGE)
                .withMaxMapSize(TemplateRuntime.MAX_RANGE)
                .withEnableRecursiveMacroCalls(false)
                .withMaxMacroRecursionDepth(16)
                .build());
    engine.setResourceLocator(
        (name, encoding, interpreter) -> {
          throw new TemplateStop("files cannot be read");
        });
    TemplateFilters.register(engine.getGlobalContext());
    return engine;
  }

  private static Map<Library, Set<String>> disabled() {
    Context all = new Jinjava().getGlobalContext();
    Map<Library, Set<String>> out = new EnumMap<>(Library.class);
    out.put(Library.FILTER, others(all.getAllFilters(), TemplateRewriter.FILTERS));
    out.put(Library.EXP_TEST, others(all.getAllExpTests(), TESTS));
    out.put(Library.TAG, others(all.getAllTags(), TAGS));
    out.put(
        Library.FUNCTION,
        all.getAllFunctions().stream()
            .map(Importable::getName)
            .filter(name -> !name.equals(":namespace"))
            .collect(Collectors.toSet()));
    return out;
  }

  private static Set<String> others(Collection<? extends Importable> all, Set<String> kept) {
    return all.stream()
        .map(Importable::getName)
        .filter(name -> !kept.contains(name))
        .collect(Collectors.toSet());
  }
}
