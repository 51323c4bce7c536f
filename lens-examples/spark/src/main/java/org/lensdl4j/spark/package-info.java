/**
 * The three jobs that outgrow one machine, on Spark: probing ({@link
 * org.lensdl4j.spark.SparkProbing}) maps texts to additive sums. In come paths that every machine
 * sees; out come the same values as from one machine. What a task returns depends on nothing but
 * its own input, so tasks that are repeated or run twice change nothing.
 */
package org.lensdl4j.spark;
