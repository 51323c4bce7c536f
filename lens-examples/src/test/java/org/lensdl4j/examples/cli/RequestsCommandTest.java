package org.lensdl4j.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lensdl4j.lens.config.LensConfig;
import org.lensdl4j.lens.config.RequestTarget;
import org.lensdl4j.lens.train.RequestCorpus;
import org.lensdl4j.lens.train.RunFolder;

/** {@code lens requests}, and what {@code lens train} makes of them. */
class RequestsCommandTest {
  @TempDir Path folder;
  private TinyWork work;
  private Path space;
  private Path requests;

  @BeforeEach
  void write() throws IOException {
    work = new TinyWork(folder);
    space = work.space(work.model);
    requests = folder.resolve("requests.jsonl");
  }

  private Ran make(Object... more) {
    return lens(
        List.of("requests", "--texts", work.texts, "--languages", "en,zh,sw", "--out", requests),
        more);
  }

  private Ran train(Path run, Object... more) {
    return lens(
        List.of(
            "train",
            "--model",
            work.model,
            "--space",
            space,
            "--requests",
            requests,
            "--languages",
            "en,zh,sw",
            "--out",
            run,
            "--cache",
            folder.resolve("cache")),
        more);
  }

  private static Ran lens(List<?> args, Object... more) {
    List<Object> all = new java.util.ArrayList<>(args);
    all.addAll(List.of(more));
    return Ran.lens(all.toArray());
  }

  @Test
  void questionsBecomeRequestsAndRequestsARun() {
    Ran made =
        make("--model", work.model, "--space", space, "--steer", "0.5", "--answer-max-tokens", 9);
    assertThat(made.code()).as(made.err()).isZero();
    // A random model says nothing to some.
    assertThat(made.out()).matches("\\d+ requests, of 48 asked, with answers in .*\n");
    RequestCorpus read = RequestCorpus.jsonl(requests);
    assertThat(read.items())
        .anyMatch(i -> i.prompt().matches("the right to \\d+ \\w+ in (Chinese|Swahili)\\."))
        .anyMatch(i -> i.language().equals("en"));
    assertThat(read.items()).allMatch(i -> i.answer() != null);

    Path run = folder.resolve("run");
    Ran trained = train(run, "--epochs", 1);
    assertThat(trained.code()).as(trained.err()).isZero();
    assertThat(trained.out()).containsPattern("(\\d+) of \\1 done");
    LensConfig config = RunFolder.readConfig(run);
    assertThat(config.target()).isEqualTo(RequestTarget.STATES);
    assertThat(config.learningRate()).isEqualTo(1e-4);
    assertThat(config.lambda("zh")).isEqualTo(0.3);
    Ran exported = work.export(run, folder.resolve("model"));
    assertThat(exported.code()).as(exported.err()).isZero();
    assertThat(folder.resolve("model/config.json")).exists();
    assertThat(work.exportOf(work.model, run, folder.resolve("m.gguf"), "--gguf", "F32").code())
        .isZero();
  }

  @Test
  void endsNeedNoAnswers() {
    Ran made = make("--held", 1, "--own", "--wording", "In LANGUAGE!", "--name", "sw=Kiswahili");
    assertThat(made.code()).as(made.err()).isZero();
    assertThat(made.out()).isEqualTo("60 requests in " + requests + "\n");
    assertThat(RequestCorpus.jsonl(requests).items().get(1).prompt())
        .isEqualTo("the right to 0 In Kiswahili!");
    Ran trained =
        train(folder.resolve("run"), "--target", "ends", "--lambda", "zh=0.1", "--epochs", 1);
    assertThat(trained.code()).as(trained.err()).isZero();
    LensConfig config = RunFolder.readConfig(folder.resolve("run"));
    assertThat(config.target()).isEqualTo(RequestTarget.ENDS);
    assertThat(config.lambda("zh")).isEqualTo(0.1);
  }

  @Test
  void oneLineSaysWhatIsWrong() throws IOException {
    Path run = folder.resolve("run");
    make();
    one(train(run), "has no answer, which target states is trained at");
    one(train(run, "--texts", work.texts), "--texts", "mutually exclusive");
    one(train(run, "--retain-budget", 0.1), "--retain-budget is for --texts");
    one(train(run, "--loss-layers", 2), "lossLayers");
    one(work.train(space, run, "--target", "ends"), "--target is for --requests");
    one(make("--wording", "In it."), "found no LANGUAGE");
    one(make("--model", work.model, "--space", space, "--steer", "much"), "found strength 'much'");
    one(make("--model", work.model, "--space", space, "--steer", "9:1"), "found layers 9");
    one(make("--model", work.model), "--space");
    Files.writeString(requests, "{\"prompt\":\"a\",\"language\":\"fr\"}\n");
    one(train(run, "--target", "ends"), "asks for language 'fr', expected one of en, zh, sw");
    assertThat(run).doesNotExist();
  }

  private static void one(Ran ran, String... parts) {
    assertThat(ran.code()).isNotZero();
    assertThat(ran.out()).isEmpty();
    assertThat(ran.errors()).hasSizeBetween(1, 2);
    assertThat(ran.errors().get(0)).startsWith("lens: ").contains(parts);
  }
}
