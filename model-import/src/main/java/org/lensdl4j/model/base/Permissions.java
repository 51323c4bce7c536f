package org.lensdl4j.model.base;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.Set;

/**
 * Permissions of finished files: temporary files are private to their owner, finished ones get
 * those of any other new file.
 */
final class Permissions {
  private Permissions() {}

  /** Gives a file the permissions that its folder has for reading and writing. */
  static void asIfCreatedPlainly(Path file) throws IOException {
    PosixFileAttributeView view = Files.getFileAttributeView(file, PosixFileAttributeView.class);
    if (view == null) {
      return;
    }
    Set<PosixFilePermission> wanted =
        EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);
    Set<PosixFilePermission> folder = Files.getPosixFilePermissions(file.getParent());
    for (PosixFilePermission p :
        EnumSet.of(PosixFilePermission.GROUP_READ, PosixFilePermission.OTHERS_READ)) {
      if (folder.contains(p)) {
        wanted.add(p);
      }
    }
    view.setPermissions(wanted);
  }
}
