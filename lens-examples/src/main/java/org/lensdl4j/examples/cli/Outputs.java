package org.lensdl4j.examples.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.lensdl4j.model.base.AtomicFolder;
import org.lensdl4j.model.base.HeldFolder;
import org.lensdl4j.model.base.LensException;
import org.lensdl4j.model.base.OutputInUseException;

/** Looks at where results will go before the work, which may take hours. */
final class Outputs {
  private Outputs() {}

  /**
   * A file that will be written or replaced.
   *
   * @throws LensException if it is a folder, or cannot be made there
   */
  static void file(Path file) {
    if (Files.isDirectory(file)) {
      throw new LensException("option --out: " + file + " is a folder, expected a file to write");
    }
    writable(file, file.toAbsolutePath().normalize().getParent());
  }

  /**
   * A folder that files will be put into.
   *
   * @throws LensException if it is a file, or cannot be made there
   */
  static void folder(Path folder) {
    if (Files.exists(folder) && !Files.isDirectory(folder)) {
      throw new LensException("option --out: " + folder + " is a file, expected a folder");
    }
    writable(folder, folder.toAbsolutePath().normalize());
  }

  /**
   * A folder that work is kept in, which may go on with what is there.
   *
   * @param kind of the work, for messages: "run"
   * @param mark name of the file that marks it
   * @throws LensException if it holds something else, is a file, or cannot be made there
   */
  static void folderOf(Path folder, String kind, String mark) {
    folder(folder);
    HeldFolder.requireOwn(folder, kind, mark);
  }

  /**
   * A file or folder that must not be there yet.
   *
   * @throws LensException if it is there, other than as an empty folder, or cannot be made there
   */
  static void fresh(Path out, boolean asFile) {
    if (asFile && Files.isRegularFile(out)) {
      throw new OutputInUseException("the file " + out + " exists already: choose another name");
    }
    if (asFile) {
      file(out);
    } else {
      AtomicFolder.requireFree(out);
      writable(out, out.toAbsolutePath().normalize().getParent());
    }
  }

  private static void writable(Path out, Path folder) {
    Path there = folder;
    while (there != null && !Files.exists(there)) {
      there = there.getParent();
    }
    if (there == null || !Files.isDirectory(there) || !Files.isWritable(there)) {
      throw new LensException(
          String.format(
              Locale.ROOT,
              "option --out: %s cannot be written: %s is no folder that this user may write to",
              out,
              there));
    }
  }
}
