/**
 * The commands {@code lens spark-...}: the options of their namesakes on one machine, with a master
 * and settings of Spark.
 */
package org.lensdl4j.spark.cli;
