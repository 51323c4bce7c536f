package org.lensdl4j.model.testing;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;

/**
 * Leaves out tagged tests whose {@link Prerequisite} is missing and says at the end of each module
 * how to run them. Registered for all tests through {@code META-INF/services}.
 */
public final class PrerequisiteCondition implements ExecutionCondition {

  @Override
  public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
    for (Prerequisite needed : Prerequisite.values()) {
      if (context.getTags().contains(needed.tag()) && !needed.present()) {
        context
            .getRoot()
            .getStore(Namespace.create(PrerequisiteCondition.class))
            .getOrComputeIfAbsent(Tally.class)
            .add(needed);
        return ConditionEvaluationResult.disabled("needs " + needed.advice());
      }
    }
    return ConditionEvaluationResult.enabled("nothing is missing");
  }

  /** Counts what was left out; JUnit closes it when the module's tests are done. */
  static final class Tally implements AutoCloseable {
    private final Map<Prerequisite, AtomicInteger> counts = new EnumMap<>(Prerequisite.class);

    synchronized void add(Prerequisite missing) {
      counts.computeIfAbsent(missing, m -> new AtomicInteger()).incrementAndGet();
    }

    @Override
    public synchronized void close() {
      // CHECKSTYLE OFF: a test report is what standard output is for
      counts.forEach(
          (missing, count) ->
              System.out.printf(
                  "left out: %d tagged %s; to run: mvn verify %s%n",
                  count.get(), missing.tag(), missing.advice()));
      // CHECKSTYLE ON
    }
  }
}
