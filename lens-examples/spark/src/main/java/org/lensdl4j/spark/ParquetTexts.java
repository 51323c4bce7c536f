package org.lensdl4j.spark;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.lensdl4j.lens.corpus.TextLine;
import org.lensdl4j.model.base.LensException;

/** The only class that needs spark-sql. */
final class ParquetTexts {
  private ParquetTexts() {}

  static JavaRDD<String> read(JavaSparkContext spark, String file, String split) {
    SparkSession session = SparkSession.builder().config(spark.getConf()).getOrCreate();
    Dataset<Row> all = session.read().parquet(file);
    List<String> columns = Arrays.asList(all.columns());
    for (String wanted : split == null ? List.of("text") : List.of("text", "split")) {
      if (!columns.contains(wanted)) {
        throw new LensException(
            String.format(
                Locale.ROOT, "%s: found columns %s, expected a column %s", file, columns, wanted));
      }
    }
    Dataset<Row> own = split == null ? all : all.where(functions.col("split").equalTo(split));
    return own.select(functions.col("text").cast("string"))
        .javaRDD()
        .map(
            row ->
                TextLine.checked(
                    file, "a value of column text", row.isNullAt(0) ? "" : row.getString(0)));
  }
}
