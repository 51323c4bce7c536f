package org.lensdl4j.model.text;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.lensdl4j.model.base.LensException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The folder into which DJL unpacks the tokenizers' native library, and from which it loads what
 * lies there. By itself DJL takes a folder that all users share where the home cannot be written
 * to, and there would load another user's file.
 *
 * @param path only its owner may write to it
 * @param temporary whether it goes when the virtual machine ends
 */
record NativeFolder(Path path, boolean temporary) {
  private static final Logger LOG = LoggerFactory.getLogger(NativeFolder.class);

  /** What DJL looks for, in the environment first and then among the properties. */
  private static final String ENGINE = "ENGINE_CACHE_DIR";

  private static final int OTHERS_WRITE = 2;
  private static final int STICKY = 512;

  private static final Set<PosixFilePermission> FOREIGN_WRITE =
      EnumSet.of(PosixFilePermission.GROUP_WRITE, PosixFilePermission.OTHERS_WRITE);

  /**
   * Tells DJL where to unpack, unless a user has said so.
   *
   * @throws LensException if there is no place for a folder
   */
  static synchronized void prepare() {
    if (setting(ENGINE) != null || setting("RUST_LIBRARY_PATH") != null) {
      return;
    }
    String said = setting("DJL_CACHE_DIR");
    Path temporary = Path.of(System.getProperty("java.io.tmpdir"));
    NativeFolder folder =
        said == null
            ? choose(Path.of(System.getProperty("user.home", "?")), ".djl.ai/lens", temporary)
            : choose(Path.of(said).toAbsolutePath().getRoot(), said + "/lens", temporary);
    if (folder.temporary) {
      Runtime.getRuntime().addShutdownHook(new Thread(folder::delete, "lens-tokenizers"));
    }
    System.setProperty(ENGINE, folder.path.toString());
  }

  /** A folder of the user's own under a base, or a new one among the temporary ones. */
  static NativeFolder choose(Path base, String name, Path temporary) {
    Path own = base.resolve(name);
    String problem;
    try {
      problem = Files.isDirectory(base) ? ready(own) : base + " is no folder";
    } catch (IOException | UncheckedIOException | UnsupportedOperationException e) {
      problem = own + ": " + e;
    }
    if (problem == null) {
      return new NativeFolder(own.toAbsolutePath(), false);
    }
    try {
      // With rights for nobody else, and a name that nobody could foresee.
      Path fresh = Files.createTempDirectory(temporary, "lens-tokenizers");
      LOG.warn("The tokenizers' native library is unpacked into {}, for {}", fresh, problem);
      return new NativeFolder(fresh.toAbsolutePath(), true);
    } catch (IOException e) {
      throw new LensException(
          "no folder for the tokenizers' native library: "
              + problem
              + "; and in "
              + temporary
              + ": "
              + e
              + ". Set DJL_CACHE_DIR to a folder that only you may write to",
          e);
    }
  }

  /** Makes the folder where it is not there; what is wrong with it, or null. */
  private static String ready(Path own) throws IOException {
    boolean posix = Files.getFileStore(existing(own)).supportsFileAttributeView("posix");
    if (!Files.isDirectory(own, LinkOption.NOFOLLOW_LINKS)) {
      Files.createDirectories(own.getParent());
      make(own, posix);
    }
    Path mine = Files.createTempFile(own, "mine", ""); // its owner is who we are
    try {
      return posix ? foreign(own, mine).orElse(null) : null;
    } finally {
      Files.delete(mine);
    }
  }

  private static void make(Path own, boolean posix) throws IOException {
    try {
      if (posix) {
        Files.createDirectory(
            own,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      } else {
        Files.createDirectory(own);
      }
    } catch (FileAlreadyExistsException e) {
      LOG.debug("Another process of ours made {}", own, e);
    }
  }

  /** What of the folder, its parent and its content another user could have changed. */
  private static Optional<String> foreign(Path own, Path mine) throws IOException {
    Object user = Files.getAttribute(mine, "unix:uid");
    if (Files.getPosixFilePermissions(own).stream().anyMatch(FOREIGN_WRITE::contains)) {
      return Optional.of(own + " may be written to by other users");
    }
    Path parent = own.toAbsolutePath().getParent();
    int mode = (int) Files.getAttribute(parent, "unix:mode");
    if ((mode & OTHERS_WRITE) != 0 && (mode & STICKY) == 0) {
      return Optional.of(parent + " may be written to by other users");
    }
    Object over = Files.getAttribute(parent, "unix:uid");
    if (!over.equals(user) && !over.equals(0)) {
      return Optional.of(parent + " belongs to another user");
    }
    try (Stream<Path> inside = Files.walk(own)) {
      for (Path path : (Iterable<Path>) inside::iterator) {
        if (!Files.getAttribute(path, "unix:uid", LinkOption.NOFOLLOW_LINKS).equals(user)) {
          return Optional.of(path + " belongs to another user");
        }
      }
    }
    return Optional.empty();
  }

  private static Path existing(Path path) {
    return Files.exists(path) ? path : existing(path.toAbsolutePath().getParent());
  }

  private static String setting(String name) {
    String value = System.getenv(name);
    value = value == null || value.isEmpty() ? System.getProperty(name) : value;
    return value == null || value.isEmpty() ? null : value;
  }

  /** Why the library could not be loaded, from the bottom of what was thrown. */
  static LensException notLoaded(Throwable thrown) {
    Throwable cause = thrown;
    while (cause.getCause() != null && cause.getCause() != cause) {
      cause = cause.getCause();
    }
    return new LensException(
        "the tokenizers' native library cannot be unpacked into or loaded from "
            + setting(ENGINE)
            + ": "
            + cause
            + ". It needs a folder that can be written to and from which programs may be loaded;"
            + " DJL_CACHE_DIR names another one",
        thrown);
  }

  private void delete() {
    try (Stream<Path> inside = Files.walk(path)) {
      for (Path file : inside.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      LOG.debug("{} stays", path, e);
    }
  }
}
