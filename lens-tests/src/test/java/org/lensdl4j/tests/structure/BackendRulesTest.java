package org.lensdl4j.tests.structure;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.lang.syntax.ArchRuleDefinition;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The code runs on whatever backend ND4J finds: it names none and makes no call that only one has.
 */
class BackendRulesTest {
  private static final JavaClasses CODE = Sources.CODE;

  /** Who may look at the host memory behind an array; they announce it to the backend. */
  private static final Set<String> HOST_MEMORY = Set.of("HostArray", "HostArrays");

  /** Methods of a DataBuffer whose result is host memory, on any backend. */
  private static final Set<String> HOST_METHODS =
      Set.of(
          "pointer", "addressPointer", "address", "asNio", "asNioFloat", "asNioDouble", "asBytes");

  @Test
  void theCodeIsThere() {
    assertThat(CODE.contain("org.lensdl4j.lens.Lens")).isTrue();
    assertThat(CODE.contain("org.lensdl4j.model.base.Backend")).isTrue();
    assertThat(CODE.contain("org.lensdl4j.examples.cli.LensCommand")).isTrue();
    assertThat(CODE.contain(BackendRulesTest.class.getName())).isFalse();
  }

  @Test
  void nobodyCallsABackendsOwnClasses() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "org.nd4j.linalg.cpu..",
            "org.nd4j.linalg.jcublas..",
            "org.nd4j.nativeblas..",
            "org.nd4j.jita..",
            "org.bytedeco.openblas..",
            "org.bytedeco.cuda..")
        .check(CODE);
  }

  @Test
  void hostMemoryOfArraysIsTouchedInOnePlace() {
    ArchRuleDefinition.classes().should(notTouchHostMemory()).check(CODE);
  }

  @Test
  void onlyTheBackendAndItsLibraryNameOne() {
    for (String module :
        Stream.concat(Sources.LIBRARIES.stream(), Stream.of("lens-examples")).toList()) {
      for (Path file : Sources.files(module + "/src/main/java", ".java")) {
        if (!file.endsWith("Backend.java") && !file.endsWith("BlasLibrary.java")) {
          assertThat(Sources.text(file))
              .as(file.toString())
              .doesNotContainPattern("(?i)nd4j-(native|cuda)|cublas|\"CUDA\"|\"CPU\"|openblas");
        }
      }
    }
  }

  private static ArchCondition<JavaClass> notTouchHostMemory() {
    return new ArchCondition<>("touch host memory only through " + HOST_MEMORY) {
      @Override
      public void check(JavaClass type, ConditionEvents events) {
        if (HOST_MEMORY.contains(type.getSimpleName())) {
          return;
        }
        for (JavaAccess<?> access : type.getAccessesFromSelf()) {
          boolean buffer =
              access.getTargetOwner().getName().startsWith("org.nd4j.linalg.api.buffer");
          if (buffer && HOST_METHODS.contains(access.getTarget().getName())) {
            events.add(SimpleConditionEvent.violated(access, access.getDescription()));
          }
        }
      }
    };
  }
}
