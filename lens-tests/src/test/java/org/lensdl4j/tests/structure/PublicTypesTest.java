package org.lensdl4j.tests.structure;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * A type of the libraries is public only where something outside its package needs it: other code,
 * a page of the documentation, or the signature of a type that is needed itself.
 */
class PublicTypesTest {
  /** By simple name, with the reason. */
  private static final Map<String, String> ALLOWED = Map.of();

  private static final JavaClasses ALL = new ClassFileImporter().importPackages("org.lensdl4j");
  private static final Pattern IMPORT =
      Pattern.compile("\\b(org\\.lensdl4j(?:\\.[a-z]\\w*)+\\.[A-Z]\\w*)");
  private static final Pattern NAME = Pattern.compile("\\b[A-Z]\\w+");

  @Test
  void nothingIsPublicThatNobodyElseNeeds() {
    Set<String> needless = new TreeSet<>();
    Set<JavaClass> needed = needed();
    publicTypes()
        .filter(type -> !needed.contains(type) && !ALLOWED.containsKey(type.getSimpleName()))
        .forEach(type -> needless.add(type.getName()));
    assertThat(needless).isEmpty();
  }

  private static Stream<JavaClass> publicTypes() {
    return Sources.CODE.stream()
        .filter(type -> type.getModifiers().contains(JavaModifier.PUBLIC))
        .filter(JavaClass::isTopLevelClass)
        .filter(type -> !type.getName().startsWith("org.lensdl4j.examples"))
        .filter(type -> !type.getSimpleName().equals("package-info"))
        .map(type -> ALL.get(type.getName()));
  }

  private static Set<JavaClass> needed() {
    Set<String> named = named();
    Set<JavaClass> out =
        publicTypes()
            .filter(type -> named.contains(type.getName()) || isUsedElsewhere(type))
            .collect(Collectors.toSet());
    Deque<JavaClass> rest = new ArrayDeque<>(out);
    while (!rest.isEmpty()) {
      signatures(rest.pop()).filter(out::add).forEach(rest::push);
    }
    return out;
  }

  private static boolean isUsedElsewhere(JavaClass type) {
    return parts(type)
        .flatMap(part -> part.getDirectDependenciesToSelf().stream())
        .map(Dependency::getOriginClass)
        .anyMatch(user -> !user.getPackageName().equals(type.getPackageName()));
  }

  /** The type itself and those nested in it. */
  private static Stream<JavaClass> parts(JavaClass type) {
    return ALL.stream().filter(part -> top(part).equals(type));
  }

  private static JavaClass top(JavaClass type) {
    JavaClass out = type;
    while (out.getEnclosingClass().isPresent()) {
      out = out.getEnclosingClass().get();
    }
    return out;
  }

  /** Types in what others can call. */
  private static Stream<JavaClass> signatures(JavaClass type) {
    return parts(type)
        .filter(part -> part.getModifiers().contains(JavaModifier.PUBLIC))
        .flatMap(
            part ->
                Stream.concat(
                    part.getCodeUnits().stream()
                        .filter(unit -> isOpen(unit.getModifiers()))
                        .flatMap(PublicTypesTest::types),
                    part.getFields().stream()
                        .filter(field -> isOpen(field.getModifiers()))
                        .flatMap(field -> field.getAllInvolvedRawTypes().stream())))
        .map(PublicTypesTest::top)
        .filter(found -> found.getName().startsWith("org.lensdl4j"))
        .filter(found -> found.getModifiers().contains(JavaModifier.PUBLIC));
  }

  private static Stream<JavaClass> types(JavaCodeUnit unit) {
    return Stream.concat(
        unit.getAllInvolvedRawTypes().stream(), unit.getRawParameterTypes().stream());
  }

  private static boolean isOpen(Set<JavaModifier> modifiers) {
    return modifiers.contains(JavaModifier.PUBLIC) || modifiers.contains(JavaModifier.PROTECTED);
  }

  /**
   * Full names of types in sources of other packages (those that are not built, too) and in the
   * documentation.
   */
  private static Set<String> named() {
    Set<String> out = new TreeSet<>();
    for (Path file : Sources.files(".", ".java")) {
      String text = Sources.text(file);
      IMPORT
          .matcher(text)
          .results()
          .map(found -> found.group(1))
          .filter(
              name -> !text.contains("package " + name.substring(0, name.lastIndexOf('.')) + ";"))
          .forEach(out::add);
    }
    Set<String> words = new TreeSet<>();
    for (Path file : Sources.files(".", ".md")) {
      NAME.matcher(Sources.text(file)).results().forEach(found -> words.add(found.group()));
    }
    publicTypes()
        .filter(type -> words.contains(type.getSimpleName()))
        .forEach(type -> out.add(type.getName()));
    return out;
  }
}
