package org.lensdl4j.lens.corpus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lensdl4j.model.base.LensException;

class CorpusTest {
  @TempDir Path folder;

  @BeforeEach
  void twoLanguages() throws IOException {
    write(
        "en", "{\"id\":0,\"text\":\"one\"}", "{\"id\":\"b\",\"text\":\"two\",\"split\":\"test\"}");
    write(
        "zh",
        "{\"id\":\"b\",\"text\":\"二\"}",
        "{\"id\":7,\"text\":\"七\"}",
        "{\"id\":0,\"text\":\"一\"}");
  }

  private void write(String language, String... lines) throws IOException {
    Files.writeString(folder.resolve(language + ".jsonl"), String.join("\n", lines) + "\n");
  }

  @Test
  void readsInTheOrderOfTheFileUpToTheLimit() {
    Corpus corpus = Corpus.jsonl(folder, List.of("zh", "en"), 2);
    assertThat(corpus.languages()).containsExactly("zh", "en");
    assertThat(corpus.texts("zh")).containsExactly(new TextItem("b", "二"), new TextItem("7", "七"));
    assertThat(Corpus.jsonl(folder, List.of("zh"), 0).size("zh")).isEqualTo(3);
  }

  @Test
  void textsAreNotAltered() throws IOException {
    write(
        "sw",
        "\uFEFF{\"text\":\" a\u200Bb\\r\\n\u2028\\u0000😀 \"}\r",
        "",
        "{\"text\":\"\u200B\"}");
    assertThat(Corpus.jsonl(folder, List.of("sw"), 0).texts("sw"))
        .containsExactly(
            new TextItem("#1", " a\u200Bb\r\n\u2028\u0000😀 "), new TextItem("#3", "\u200B"));
  }

  @Test
  void splitKeepsMarkedLines() throws IOException {
    write(
        "en",
        "{\"id\":0,\"text\":\"one\",\"split\":\"train\"}",
        "{\"id\":1,\"text\":\"two\",\"split\":\"test\"}");
    assertThat(Corpus.jsonl(folder, List.of("en"), 1, "test").strings("en")).containsExactly("two");
    assertThatThrownBy(() -> Corpus.jsonl(folder, List.of("zh"), 0, "test"))
        .hasMessageContaining("zh.jsonl:1: field split: found nothing, expected a string");
    assertThatThrownBy(() -> Corpus.jsonl(folder, List.of("en"), 0, "dev"))
        .hasMessageContaining("language en has too few texts: found 0, expected at least 1")
        .hasMessageEndingWith("en.jsonl has test, train");
    assertThatThrownBy(() -> ParallelCorpus.jsonl(folder, List.of("en"), "en", 0, "dev"))
        .hasMessageEndingWith("en.jsonl has no texts of split dev: it has test, train");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"text\":3} | fr.jsonl:2: field text: found 3, expected a string",
        "{\"txt\":\"a\"} | fr.jsonl:2: field text: found nothing, expected a string",
        "{\"text\":\" \\n\\u3000\"} | fr.jsonl:2: field text: found",
        "{\"text\":\"\\ud800\"} | fr.jsonl:2: field text holds half of a surrogate pair",
        "{\"text\":\"a\",\"id\":1.5} | fr.jsonl:2: field id: found 1.5, expected a string or a whole",
        "{\"text\":\"a\",\"id\":null} | fr.jsonl:2: field id: found null",
        "{\"text\":\"a\" | fr.jsonl:2: not JSON",
        "{\"text\":\"a\"} {} | fr.jsonl:2: not JSON",
        "{\"text\":\"a\",\"text\":\"b\"} | fr.jsonl:2: not JSON: Duplicate field",
        "[] | fr.jsonl:2: the line: found [], expected a JSON object",
      })
  void badLinesAreNamed(String line, String message) throws IOException {
    write("fr", "{\"text\":\"bon\"}", line);
    assertThatThrownBy(() -> Corpus.jsonl(folder, List.of("en", "fr"), 0))
        .isInstanceOf(LensException.class)
        .hasMessageContaining(message);
  }

  @Test
  void otherEncodingsAreRefusedByLine() throws IOException {
    byte[] latin =
        "{\"text\":\"ok\"}\n{\"text\":\"caf\u00e9\"}".getBytes(StandardCharsets.ISO_8859_1);
    Files.write(folder.resolve("fr.jsonl"), latin);
    assertThatThrownBy(() -> Corpus.jsonl(folder, List.of("fr"), 0))
        .hasMessageContaining("fr.jsonl:2: the line is not UTF-8");
  }

  @Test
  void missingLanguageNamesPathAndWhatIsThere() {
    assertThatThrownBy(() -> Corpus.jsonl(folder, List.of("en", "ko"), 0))
        .hasMessage(
            "language ko has no file %s; the folder has texts in en, zh"
                .formatted(folder.resolve("ko.jsonl")));
    assertThatThrownBy(() -> Corpus.jsonl(folder.resolve("no"), List.of("en"), 0))
        .hasMessageContaining("is not a folder");
  }

  @Test
  void tooFewTextsAreNamed() {
    assertThatThrownBy(() -> Corpus.jsonl(folder, List.of("zh", "en"), 0).requireAtLeast(3))
        .hasMessage("language en has too few texts: found 2, expected at least 3");
  }

  @Test
  void twoLanguagesWithTheSameTextsAreNamed() throws IOException {
    Files.copy(folder.resolve("zh.jsonl"), folder.resolve("ja.jsonl"));
    assertThatThrownBy(() -> Corpus.jsonl(folder, List.of("en", "zh", "ja"), 0))
        .hasMessageContaining("languages zh and ja have the same texts: found 3 of 3");
  }

  @Test
  void hashDependsOnTextsAndOrder() throws IOException {
    String hash = Corpus.jsonl(folder, List.of("en", "zh"), 0).hash();
    assertThat(Corpus.jsonl(folder, List.of("en", "zh"), 0).hash()).isEqualTo(hash);
    assertThat(Corpus.jsonl(folder, List.of("zh", "en"), 0).hash()).isNotEqualTo(hash);
    assertThat(Corpus.jsonl(folder, List.of("en", "zh"), 2).hash()).isNotEqualTo(hash);
  }

  @Test
  void parallelTextsFollowTheCentralFile() {
    ParallelCorpus corpus = ParallelCorpus.jsonl(folder, List.of("zh", "en"), "en", 0);
    assertThat(corpus.size()).isEqualTo(2);
    assertThat(corpus.strings("zh")).containsExactly("一", "二");
    assertThat(corpus.id(1)).isEqualTo("b");
    assertThat(corpus.targets()).containsExactly("zh");
    assertThat(ParallelCorpus.jsonl(folder, List.of("zh", "en"), "en", 1).size()).isEqualTo(1);
  }

  @Test
  void parallelTextsInMemory() {
    TextItem a = new TextItem("a", "one");
    TextItem b = new TextItem("b", "two");
    Map<String, List<TextItem>> texts = new LinkedHashMap<>();
    texts.put("sw", List.of(new TextItem("b", "mbili"), new TextItem("a", "moja")));
    texts.put("en", List.of(a, b));
    ParallelCorpus corpus = ParallelCorpus.of(texts, "en");
    assertThat(corpus.languages()).containsExactly("sw", "en");
    assertThat(corpus.strings("sw")).containsExactly("moja", "mbili");
    assertThat(corpus.targets()).containsExactly("sw");
    texts.put("zh", List.of(new TextItem("a", "yi")));
    assertThatThrownBy(() -> ParallelCorpus.of(texts, "en"))
        .hasMessage("texts are not parallel: language zh lacks 1 of the 2 ids of language en: b");
    assertThatThrownBy(() -> ParallelCorpus.of(Map.of("en", List.of(a, a)), "en"))
        .hasMessage("language en: found the id a a second time, expected each id once");
    assertThatThrownBy(() -> ParallelCorpus.of(texts, "fr"))
        .hasMessageContaining("central language fr is not among");
  }

  @Test
  void textsThatAreNotParallelAreNamed() throws IOException {
    assertThatThrownBy(() -> ParallelCorpus.jsonl(folder, List.of("en", "zh"), "zh", 0))
        .hasMessage(
            "texts are not parallel: %s lacks 1 of the 3 ids of zh.jsonl: 7"
                .formatted(folder.resolve("en.jsonl")));
    write("ja", "{\"id\":1,\"text\":\"a\"}", "{\"id\":\"1\",\"text\":\"b\"}");
    assertThatThrownBy(() -> ParallelCorpus.jsonl(folder, List.of("en", "ja"), "en", 0))
        .hasMessageContaining("ja.jsonl:2: field id: found 1 a second time");
    write("ja", "{\"text\":\"a\"}");
    assertThatThrownBy(() -> ParallelCorpus.jsonl(folder, List.of("en", "ja"), "en", 0))
        .hasMessageContaining("ja.jsonl:1: field id: found nothing");
    assertThatThrownBy(() -> ParallelCorpus.jsonl(folder, List.of("en", "zh"), "fr", 0))
        .hasMessageContaining("central language fr is not among");
  }
}
