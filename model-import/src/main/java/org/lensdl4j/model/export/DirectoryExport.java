package org.lensdl4j.model.export;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.lensdl4j.model.base.AtomicFile;
import org.lensdl4j.model.base.ModelFormatException;
import org.lensdl4j.model.weights.DType;
import org.lensdl4j.model.weights.ModelFolder;
import org.lensdl4j.model.weights.SafetensorsFile;
import org.lensdl4j.model.weights.ShardedFolder;
import org.lensdl4j.model.weights.TensorForm;
import org.lensdl4j.model.weights.TensorSource;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Copies a Hugging Face directory, replacing changed tensors. */
final class DirectoryExport {
  /** Files that hold the old weights once more, in other formats. */
  private static final Set<String> WEIGHT_ENDINGS =
      Set.of(
          "safetensors",
          "bin",
          "pt",
          "pth",
          "ckpt",
          "gguf",
          "ggml",
          "onnx",
          "onnx_data",
          "h5",
          "msgpack",
          "tflite",
          "ot",
          "npz");

  private final Path source;
  private final Map<String, INDArray> changed;
  private final Map<String, TensorForm> forms;
  private final DType type;

  /**
   * A copy with tensors changed.
   *
   * @param changed by the names that the files have
   * @param forms of the changed tensors, by the same names
   * @param type of all of these, or null where each keeps its own
   */
  DirectoryExport(
      Path source, Map<String, INDArray> changed, Map<String, TensorForm> forms, DType type) {
    this.source = source;
    this.changed = changed;
    this.forms = forms;
    this.type = type;
  }

  long bytes() {
    List<SafetensorsFile> weights = ShardedFolder.open(source);
    try {
      long sum = 0;
      for (SafetensorsFile file : weights) {
        sum += Files.size(file.path());
      }
      for (Path file : plainFiles()) {
        sum += Files.size(file);
      }
      if (type != null) {
        sum += changed.values().stream().mapToLong(INDArray::length).sum() * Float.BYTES;
      }
      return sum;
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + source, e);
    } finally {
      weights.forEach(SafetensorsFile::close);
    }
  }

  void write(Path folder) throws IOException {
    for (Path file : plainFiles()) {
      copy(file, folder.resolve(file.getFileName()));
    }
    for (Path file : moduleFiles()) {
      copy(file, folder.resolve(file.getParent().getFileName()).resolve(file.getFileName()));
    }
    if (!changed.isEmpty() && type != null) {
      RetypedConfig.write(folder, type);
    }
    List<SafetensorsFile> weights = ShardedFolder.open(source);
    Set<String> left = new TreeSet<>(changed.keySet());
    try {
      for (SafetensorsFile file : weights) {
        Map<String, TensorSource> replaced = new LinkedHashMap<>();
        for (Map.Entry<String, INDArray> e : changed.entrySet()) {
          if (file.entries().containsKey(e.getKey())) {
            replaced.put(e.getKey(), forms.get(e.getKey()).source(e.getValue()));
            left.remove(e.getKey());
          }
        }
        Path target = folder.resolve(file.path().getFileName());
        if (type == null) {
          AtomicFile.write(target, channel -> file.copyTo(channel, replaced));
        } else {
          AtomicFile.write(target, channel -> file.copyTo(channel, replaced, type));
        }
      }
      if (!left.isEmpty()) {
        throw new ModelFormatException(
            String.format(
                Locale.ROOT,
                "%s: none of its weight files has %s, which was changed",
                source,
                left));
      }
    } finally {
      weights.forEach(SafetensorsFile::close);
    }
  }

  private List<Path> plainFiles() throws IOException {
    Set<String> names = new TreeSet<>();
    try (Stream<Path> files = Files.list(source)) {
      files.map(p -> p.getFileName().toString()).forEach(names::add);
    }
    List<Path> out = new ArrayList<>();
    for (String name : names) {
      String ending = name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
      if (name.startsWith(".")
          || name.equals(ModelDirectoryWriter.MANIFEST)
          || WEIGHT_ENDINGS.contains(ending)
          || name.endsWith(".bin.index.json")
          || !Files.isRegularFile(source.resolve(name))) {
        continue;
      }
      ModelFolder.find(source, name).ifPresent(out::add);
    }
    return out;
  }

  /**
   * What Sentence Transformers keeps in folders beside the weights ({@code 1_Pooling}), and names
   * in {@code modules.json}.
   */
  private List<Path> moduleFiles() throws IOException {
    List<Path> out = new ArrayList<>();
    try (Stream<Path> folders = Files.list(source)) {
      for (Path module : folders.sorted().toList()) {
        boolean named = module.getFileName().toString().matches("[1-9][0-9]*_[A-Za-z]+");
        if (named && Files.isDirectory(module, LinkOption.NOFOLLOW_LINKS)) {
          try (Stream<Path> files = Files.list(module)) {
            for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
              ModelFolder.find(module, file.getFileName().toString()).ifPresent(out::add);
            }
          }
        }
      }
    }
    return out;
  }

  private static void copy(Path from, Path to) {
    AtomicFile.write(
        to,
        channel -> {
          try (FileChannel in = FileChannel.open(from, StandardOpenOption.READ)) {
            for (long at = 0; at < in.size(); ) {
              long n = in.transferTo(at, in.size() - at, channel);
              if (n <= 0) {
                throw new IOException(from + " became shorter while it was copied");
              }
              at += n;
            }
          }
        });
  }
}
