package org.lensdl4j.spark;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.io.LongWritable;
import org.apache.hadoop.io.Text;
import org.apache.hadoop.mapreduce.lib.input.FileSplit;
import org.apache.hadoop.mapreduce.lib.input.TextInputFormat;
import org.apache.spark.api.java.JavaNewHadoopRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.lensdl4j.lens.corpus.TextItem;
import org.lensdl4j.lens.corpus.TextLine;
import org.lensdl4j.model.base.LensException;
import scala.Tuple2;

/**
 * Texts in a folder of any file system that Spark knows: per language {@code <language>.jsonl} (a
 * {@code text} each line, as everywhere), {@code .txt} (a line is a text) or {@code .parquet} (a
 * column {@code text}); each a file or a folder of parts. Large files are split between tasks.
 */
final class Corpora {
  private static final List<String> KINDS = List.of(".jsonl", ".txt", ".parquet");

  private final JavaSparkContext spark;
  private final Path folder;
  private final String split;

  /**
   * @param folder a path or a URI
   * @param split only texts whose field or column {@code split} has this value; null for all
   */
  Corpora(JavaSparkContext spark, String folder, String split) {
    this.spark = spark;
    this.folder = new Path(folder);
    this.split = split;
  }

  /**
   * The texts of a language, in the order of its file.
   *
   * @throws LensException if there is no file of it
   */
  JavaRDD<String> texts(String language) {
    try {
      FileSystem files = folder.getFileSystem(spark.hadoopConfiguration());
      for (String kind : KINDS) {
        Path file = files.makeQualified(new Path(folder, language + kind));
        if (files.exists(file)) {
          return kind.equals(".parquet")
              ? parquet(file.toString())
              : lines(file.toString(), kind.equals(".jsonl"));
        }
      }
      throw new LensException(
          String.format(
              Locale.ROOT,
              "language %s has no file %s with one of %s; the folder has texts in %s",
              language,
              new Path(folder, language),
              String.join(", ", KINDS),
              there(files)));
    } catch (IOException e) {
      throw new LensException(
          String.format(Locale.ROOT, "%s: cannot be read: %s", folder, e.getMessage()), e);
    }
  }

  JavaRDD<String> parquet(String file) {
    try {
      return ParquetTexts.read(spark, file, split);
    } catch (NoClassDefFoundError e) {
      throw new LensException(
          String.format(
              Locale.ROOT,
              "%s: Parquet needs spark-sql on the class path, which is not there",
              file),
          e);
    }
  }

  private String there(FileSystem files) throws IOException {
    if (!files.exists(folder)) {
      return "no language, because it does not exist";
    }
    List<String> names =
        Arrays.stream(files.listStatus(folder))
            .map(FileStatus::getPath)
            .map(Path::getName)
            .flatMap(n -> KINDS.stream().filter(n::endsWith).map(k -> n.replace(k, "")))
            .distinct()
            .sorted()
            .toList();
    return names.isEmpty() ? "no language" : String.join(", ", names);
  }

  private JavaRDD<String> lines(String file, boolean json) {
    if (!json && split != null) {
      throw new LensException(
          String.format(
              Locale.ROOT,
              "%s: plain text has no field split, but split '%s' is asked for",
              file,
              split));
    }
    Configuration options = new Configuration(spark.hadoopConfiguration());
    options.set("textinputformat.record.delimiter", "\n");
    JavaNewHadoopRDD<LongWritable, Text> records =
        (JavaNewHadoopRDD<LongWritable, Text>)
            spark.newAPIHadoopFile(
                file, TextInputFormat.class, LongWritable.class, Text.class, options);
    String wanted = split;
    return records.mapPartitionsWithInputSplit(
        (part, lines) -> parsed(((FileSplit) part).getPath().toString(), lines, json, wanted),
        true);
  }

  private static Iterator<String> parsed(
      String file, Iterator<Tuple2<LongWritable, Text>> lines, boolean json, String split) {
    Iterable<Tuple2<LongWritable, Text>> all = () -> lines;
    Stream<String> texts =
        StreamSupport.stream(all.spliterator(), false)
            .map(line -> text(file, line._1().get(), line._2(), json, split))
            .filter(Objects::nonNull);
    return texts.iterator();
  }

  /** Null for an empty line and for one of another split. */
  private static String text(String file, long offset, Text bytes, boolean json, String split) {
    try {
      return text(file, bytes, offset == 0, json, split);
    } catch (LensException e) {
      // Only now is it worth counting the lines before.
      return text(file + ":" + lineAt(file, offset), bytes, offset == 0, json, split);
    }
  }

  private static String text(
      String position, Text bytes, boolean first, boolean json, String split) {
    String line;
    try {
      line =
          StandardCharsets.UTF_8
              .newDecoder()
              .decode(ByteBuffer.wrap(bytes.getBytes(), 0, bytes.getLength()))
              .toString();
    } catch (CharacterCodingException e) {
      throw new LensException(position + ": the line is not UTF-8", e);
    }
    if (first && line.startsWith("\uFEFF")) {
      line = line.substring(1);
    }
    if (line.isBlank()) {
      return null;
    }
    if (!json) {
      return TextLine.checked(position, "the line", line.strip());
    }
    TextItem item = TextLine.parse(position, line, split, "");
    return item == null ? null : item.text();
  }

  private static String lineAt(String file, long offset) {
    Path path = new Path(file);
    try (FSDataInputStream in = path.getFileSystem(new Configuration()).open(path)) {
      byte[] buffer = new byte[1 << 16];
      long line = 1;
      long left = offset;
      while (left > 0) {
        int n = in.read(buffer, 0, (int) Math.min(left, buffer.length));
        if (n < 0) {
          break;
        }
        for (int i = 0; i < n; i++) {
          line += buffer[i] == '\n' ? 1 : 0;
        }
        left -= n;
      }
      return Long.toString(line);
    } catch (IOException e) {
      return "byte " + offset;
    }
  }
}
