package org.lensdl4j.model.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lensdl4j.model.base.LensException;

/** A library that another user could have put there is not loaded. */
class NativeFolderTest {
  private static final String NAME = ".djl.ai/lens";

  @TempDir Path base;
  @TempDir Path temporary;

  @BeforeEach
  void needsOwnersAndRights() throws IOException {
    Assumptions.assumeTrue(Files.getFileStore(base).supportsFileAttributeView("posix"));
  }

  private static String rights(Path folder) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(folder));
  }

  private void isFreshAndPrivate(NativeFolder folder) throws IOException {
    assertThat(folder.temporary()).isTrue();
    assertThat(folder.path().getParent()).isEqualTo(temporary);
    assertThat(rights(folder.path())).isEqualTo("rwx------");
  }

  @Test
  void theHomeHoldsAFolderForItsOwnerAlone() throws IOException {
    NativeFolder folder = NativeFolder.choose(base, NAME, temporary);
    assertThat(folder).isEqualTo(new NativeFolder(base.resolve(NAME), false));
    assertThat(rights(folder.path())).isEqualTo("rwx------");
    assertThat(folder.path()).isEmptyDirectory();
    Files.createDirectories(folder.path().resolve("tokenizers"));
    assertThat(NativeFolder.choose(base, NAME, temporary)).isEqualTo(folder);
  }

  @Test
  void aFolderThatOthersMayWriteToIsNotTaken() throws IOException {
    Path own = Files.createDirectories(base.resolve(NAME));
    Files.setPosixFilePermissions(own, PosixFilePermissions.fromString("rwxrwxrwx"));
    isFreshAndPrivate(NativeFolder.choose(base, NAME, temporary));
    Files.setPosixFilePermissions(own, PosixFilePermissions.fromString("rwx------"));
    Files.setPosixFilePermissions(own.getParent(), PosixFilePermissions.fromString("rwxrwxrwx"));
    isFreshAndPrivate(NativeFolder.choose(base, NAME, temporary));
  }

  @Test
  void anotherUsersLibraryIsNotTaken() throws IOException {
    NativeFolder folder = NativeFolder.choose(base, NAME, temporary);
    Path library = Files.createFile(folder.path().resolve("libtokenizers.so"));
    try {
      Files.setAttribute(library, "unix:uid", 65_534);
    } catch (IOException e) {
      Assumptions.abort("only root may give files away");
    }
    isFreshAndPrivate(NativeFolder.choose(base, NAME, temporary));
  }

  @Test
  void withoutAHomeTheFolderIsANewOne() throws IOException {
    NativeFolder first = NativeFolder.choose(base.resolve("no home"), NAME, temporary);
    NativeFolder second = NativeFolder.choose(base.resolve("no home"), NAME, temporary);
    isFreshAndPrivate(first);
    isFreshAndPrivate(second);
    assertThat(first).isNotEqualTo(second);
  }

  @Test
  void noPlaceAtAllIsSaid() {
    Path nowhere = base.resolve("nowhere");
    assertThatThrownBy(() -> NativeFolder.choose(nowhere, NAME, nowhere))
        .isInstanceOf(LensException.class)
        .hasMessageContaining("native library")
        .hasMessageContaining("nowhere")
        .hasMessageContaining("DJL_CACHE_DIR");
  }

  @Test
  void theRealCauseIsNamed() {
    Throwable thrown =
        new NoClassDefFoundError("Could not initialize class")
            .initCause(
                new ExceptionInInitializerError(
                    new UnsatisfiedLinkError("failed to map segment from shared object")));
    assertThat(NativeFolder.notLoaded(thrown)).hasMessageContaining("failed to map segment");
  }
}
