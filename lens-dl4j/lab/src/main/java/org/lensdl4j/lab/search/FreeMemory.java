package org.lensdl4j.lab.search;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.bytedeco.javacpp.Pointer;

/** Memory that is available now. */
final class FreeMemory {
  private FreeMemory() {}

  /** Linux's estimate, which counts caches that it would give up; elsewhere what is unused. */
  static long bytes() {
    try {
      for (String line : Files.readAllLines(Path.of("/proc/meminfo"))) {
        if (line.startsWith("MemAvailable:")) {
          return 1024 * Long.parseLong(line.replaceAll("[^0-9]", ""));
        }
      }
    } catch (IOException | NumberFormatException e) {
      // Not Linux.
    }
    return Pointer.availablePhysicalBytes();
  }
}
