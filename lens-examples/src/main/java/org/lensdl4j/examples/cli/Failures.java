package org.lensdl4j.examples.cli;

import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** Reports a failure as one line on standard error and an exit code. */
final class Failures {
  private Failures() {}

  /** The command line was wrong: exit code 2. */
  static int usage(ParameterException e, String[] args) {
    CommandLine command = e.getCommandLine();
    PrintWriter err = command.getErr();
    err.println("lens: " + flat(e.getMessage()));
    err.println(
        String.format(Locale.ROOT, "Try '%s --help'.", command.getCommandSpec().qualifiedName()));
    return CommandLine.ExitCode.USAGE;
  }

  /** The work failed: exit code 1. */
  static int work(Exception e, CommandLine command, boolean verbose) {
    PrintWriter err = command.getErr();
    err.println("lens: " + oneLine(e));
    if (verbose) {
      e.printStackTrace(err);
    }
    return CommandLine.ExitCode.SOFTWARE;
  }

  /** What happened, in one line fit for a user. */
  static String oneLine(Throwable thrown) {
    Throwable e = unwrap(thrown);
    if (e instanceof FileSystemException file) {
      return flat(ofFile(file));
    }
    String message = e.getMessage();
    boolean ours = e.getClass().getName().startsWith("org.lensdl4j.");
    if (ours && message != null) {
      return flat(message);
    }
    if (message == null || message.isBlank()) {
      return e.getClass().getSimpleName() + " (--verbose shows where)";
    }
    boolean plain = e instanceof java.io.IOException || e instanceof IllegalStateException;
    return flat(plain ? message : e.getClass().getSimpleName() + ": " + message);
  }

  private static Throwable unwrap(Throwable e) {
    boolean wrapper = e instanceof UncheckedIOException || e instanceof ExecutionException;
    return wrapper && e.getCause() != null ? unwrap(e.getCause()) : e;
  }

  private static String ofFile(FileSystemException e) {
    if (e instanceof NoSuchFileException) {
      return e.getFile() + ": no such file or folder";
    }
    if (e instanceof AccessDeniedException) {
      return e.getFile() + ": access denied";
    }
    if (e instanceof FileAlreadyExistsException) {
      return e.getFile() + ": exists already";
    }
    if (e instanceof DirectoryNotEmptyException) {
      return e.getFile() + ": the folder is not empty";
    }
    if (e instanceof NotDirectoryException) {
      return e.getFile() + ": not a folder";
    }
    return e.getMessage();
  }

  private static String flat(String message) {
    return ShownText.of(message.strip().replaceAll("\\s*\\R\\s*", "; "));
  }
}
