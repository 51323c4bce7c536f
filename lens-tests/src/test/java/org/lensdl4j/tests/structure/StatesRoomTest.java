package org.lensdl4j.tests.structure;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;
import org.lensdl4j.model.TransformerModel;
import org.lensdl4j.model.config.ModelConfig;
import org.lensdl4j.model.text.PromptEncoder;
import org.lensdl4j.model.text.TextTokenizer;
import org.lensdl4j.model.trunk.Trunk;
import org.lensdl4j.model.weights.Weights;

/**
 * Hidden states of texts come from one package (docs/adr/0015), and so does the form of prompts.
 */
class StatesRoomTest {
  private static final JavaClasses CODE =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .withImportOption(location -> !location.contains("-tests.jar"))
          .importPackages("org.lensdl4j.lens", "org.lensdl4j.lab", "org.lensdl4j.examples");

  @Test
  void onlyStatesRunLayersOverTexts() {
    noClasses()
        .that()
        .resideOutsideOfPackage("org.lensdl4j.lens.states")
        .should()
        .callMethod(Trunk.class, "builder", ModelConfig.class, Weights.class)
        .orShould()
        .callMethod(TransformerModel.class, "trunk")
        .check(CODE);
  }

  @Test
  void promptsAreWrittenInOnePlace() {
    noClasses()
        .that()
        .resideOutsideOfPackage("org.lensdl4j.lens.states")
        .should()
        .callMethod(PromptEncoder.class, "builder", TextTokenizer.class)
        .check(CODE);
  }
}
