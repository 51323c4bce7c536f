package org.lensdl4j.examples.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import org.lensdl4j.lens.train.TrainedWeights;
import org.lensdl4j.model.TransformerModel;
import org.lensdl4j.model.base.LensException;
import org.lensdl4j.model.generate.Generator;
import org.lensdl4j.model.trunk.StateEdit;

/**
 * The models that answer the same prompts: one, and others or runs that started from it. All are in
 * memory at once, each with its own copy of the layers that they share.
 */
final class Speakers implements AutoCloseable {
  /** One of them. */
  record Speaker(
      String name, Path path, TransformerModel model, Generator generator, StateEdit edit) {}

  private final Deque<AutoCloseable> opened = new ArrayDeque<>();
  private final List<Speaker> all = new ArrayList<>();

  private Speakers() {}

  /**
   * Opens them.
   *
   * @param after model directories, GGUF files, or runs of {@code before}
   * @param steer steerings of {@code before}
   * @param batch prompts that each answers at once
   */
  static Speakers open(
      Path before, List<Path> after, SteerOptions steer, CacheFolder cache, int batch) {
    Speakers out = new Speakers();
    try {
      TransformerModel first = out.keep(TransformerModel.open(before));
      first.rememberHash(cache.hashes());
      Map<String, StateEdit> edits = steer.edits(first);
      Generator own = out.keep(first.generator(batch));
      out.add("before", before, first, own);
      edits.forEach((name, edit) -> out.all.add(new Speaker(name, before, first, own, edit)));
      for (Path path : after) {
        String name = after.size() == 1 ? "after" : out.nameOf(path);
        if (Files.isRegularFile(path.resolve("run.json"))) {
          TrainedWeights trained = out.keep(TrainedWeights.load(path, first));
          Generator generator = new Generator(first.config(), trained.over(first), batch);
          out.add(name, path, first, out.keep(generator));
        } else {
          TransformerModel model = out.keep(TransformerModel.open(path));
          out.add(name, path, model, out.keep(model.generator(batch)));
        }
      }
      return out;
    } catch (RuntimeException e) {
      out.close();
      throw e;
    }
  }

  private <T extends AutoCloseable> T keep(T resource) {
    opened.push(resource);
    return resource;
  }

  private void add(String name, Path path, TransformerModel model, Generator generator) {
    all.add(new Speaker(name, path, model, generator, StateEdit.NONE));
  }

  private String nameOf(Path path) {
    Path file = path.toAbsolutePath().normalize().getFileName();
    String base = file == null ? "after" : file.toString();
    String name = base;
    for (int i = 2; has(name); i++) {
      name = base + " " + i;
    }
    return name;
  }

  private boolean has(String name) {
    return all.stream().anyMatch(s -> s.name().equals(name));
  }

  List<Speaker> all() {
    return all;
  }

  @Override
  public void close() {
    while (!opened.isEmpty()) {
      try {
        opened.pop().close();
      } catch (RuntimeException e) {
        throw e;
      } catch (Exception e) {
        throw new LensException("cannot close a model: " + e.getMessage(), e);
      }
    }
  }
}
