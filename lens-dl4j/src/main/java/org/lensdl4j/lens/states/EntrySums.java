package org.lensdl4j.lens.states;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import java.util.zip.CRC32C;

/** Sizes and checksums of an entry's files, in a file beside them. */
final class EntrySums {
  /** Not counted into an entry's size. */
  static final String FILE = "sums";

  private EntrySums() {}

  static void write(Path folder) throws IOException {
    Files.writeString(folder.resolve(FILE), of(folder));
  }

  /** Whether all files are as they were written. */
  static boolean hold(Path folder) throws IOException {
    Path file = folder.resolve(FILE);
    return Files.exists(file) && Files.readString(file).equals(of(folder));
  }

  private static String of(Path folder) throws IOException {
    List<Path> files;
    try (Stream<Path> list = Files.list(folder)) {
      files = list.filter(f -> !f.getFileName().toString().equals(FILE)).sorted().toList();
    }
    StringBuilder out = new StringBuilder();
    ByteBuffer buffer = ByteBuffer.allocateDirect(1 << 20);
    for (Path file : files) {
      CRC32C sum = new CRC32C();
      long size = 0;
      try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
        while (channel.read(buffer.clear()) >= 0) {
          size += buffer.position();
          sum.update(buffer.flip());
        }
      }
      String line = "%08x %d %s\n";
      out.append(String.format(Locale.ROOT, line, sum.getValue(), size, file.getFileName()));
    }
    return out.toString();
  }
}
