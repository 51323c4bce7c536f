package org.lensdl4j.spark;

import java.io.Serializable;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import org.apache.spark.Partitioner;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.lensdl4j.model.base.LensException;
import org.lensdl4j.model.base.Sha256;
import scala.Tuple2;

/**
 * A corpus cut into blocks: texts {@code b n} to {@code (b + 1) n - 1} of one language, in the
 * order of its file. Which texts are in a block, and their order, depends on the corpus and on n
 * alone, not on how files were split or which task came first.
 */
final class TextBlocks {
  private final JavaSparkContext spark;
  private final int texts;
  private final int limit;
  private final Map<String, Long> counts = new LinkedHashMap<>();
  private final List<JavaPairRDD<Integer, Indexed>> parts = new ArrayList<>();
  private final List<Named> blocks = new ArrayList<>();
  private BigInteger sum = BigInteger.ZERO;

  /** A block's number in its language. */
  private record Named(String language) implements Serializable {}

  /** A text and its place in its language. */
  record Indexed(long index, String text) implements Serializable {}

  /** What one task read of a file. */
  private record Part(int number, long count, BigInteger sum) implements Serializable {}

  /** A block to work on. */
  record Block(String language, List<String> texts) {}

  /**
   * @param texts of a block
   * @param limit texts of a language at most, from the start of its file; 0 for all
   */
  TextBlocks(JavaSparkContext spark, int texts, int limit) {
    this.spark = spark;
    this.texts = texts;
    this.limit = limit;
  }

  /** Reads the texts of one more language once, to number them. */
  TextBlocks add(String language, JavaRDD<String> lines) {
    List<Part> found =
        lines
            .mapPartitionsWithIndex(
                (number, all) -> List.of(part(number, language, all)).iterator(), false)
            .collect();
    long[] first = new long[found.size() + 1];
    for (Part part : found) {
      first[part.number() + 1] = part.count();
      sum = sum.add(part.sum());
    }
    for (int i = 0; i < found.size(); i++) {
      first[i + 1] += first[i];
    }
    long all = first[found.size()];
    long taken = limit == 0 ? all : Math.min(limit, all);
    counts.put(language, taken);
    int from = blocks.size();
    for (long at = 0; at < taken; at += texts) {
      blocks.add(new Named(language));
    }
    int size = texts;
    parts.add(
        lines
            .mapPartitionsWithIndex((number, own) -> new Numbered(own, first[number], taken), true)
            .mapToPair(t -> new Tuple2<>(from + (int) (t.index() / size), t)));
    return this;
  }

  private static Part part(int number, String language, Iterator<String> all) {
    long count = 0;
    BigInteger sum = BigInteger.ZERO;
    while (all.hasNext()) {
      sum = sum.add(new BigInteger(Sha256.hex(language, all.next()), 16));
      count++;
    }
    return new Part(number, count, sum);
  }

  /** Texts of each language, in order. */
  Map<String, Long> counts() {
    return counts;
  }

  int blocks() {
    return blocks.size();
  }

  /** SHA-256 of languages and texts, added up, so that the order of texts does not matter. */
  String hash() {
    String hex = sum.mod(BigInteger.TWO.pow(256)).toString(16);
    return "0".repeat(64 - hex.length()) + hex;
  }

  /**
   * The blocks, neighbours together.
   *
   * @param partitions tasks that share them
   * @throws LensException if there is no text
   */
  JavaRDD<Block> in(int partitions) {
    if (blocks.isEmpty()) {
      throw new LensException("found no text in any of " + counts.keySet() + ", expected some");
    }
    List<String> languages = blocks.stream().map(Named::language).toList();
    ArrayList<String> owners = new ArrayList<>(languages);
    JavaPairRDD<Integer, Indexed> all = spark.union(parts.toArray(JavaPairRDD[]::new));
    return all.groupByKey(new Neighbours(blocks.size(), partitions))
        .map(block -> block(owners.get(block._1()), block._2()));
  }

  private static Block block(String language, Iterable<Indexed> found) {
    List<Indexed> texts = new ArrayList<>();
    found.forEach(texts::add);
    texts.sort(Comparator.comparingLong(Indexed::index));
    return new Block(language, texts.stream().map(Indexed::text).toList());
  }

  /** Numbers texts from some number on and ends before another. */
  private static final class Numbered implements Iterator<Indexed> {
    private final Iterator<String> texts;
    private final long end;
    private long next;

    Numbered(Iterator<String> texts, long first, long end) {
      this.texts = texts;
      this.next = first;
      this.end = end;
    }

    @Override
    public boolean hasNext() {
      return next < end && texts.hasNext();
    }

    @Override
    public Indexed next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      return new Indexed(next++, texts.next());
    }
  }

  /** As many blocks for each task, those of one language next to each other. */
  private static final class Neighbours extends Partitioner {
    private static final long serialVersionUID = 1L;

    private final int blocks;
    private final int partitions;

    Neighbours(int blocks, int partitions) {
      this.blocks = blocks;
      this.partitions = partitions;
    }

    @Override
    public int numPartitions() {
      return partitions;
    }

    @Override
    public int getPartition(Object block) {
      return (int) ((long) (Integer) block * partitions / blocks);
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Neighbours n && n.blocks == blocks && n.partitions == partitions;
    }

    @Override
    public int hashCode() {
      return 31 * blocks + partitions;
    }
  }
}
