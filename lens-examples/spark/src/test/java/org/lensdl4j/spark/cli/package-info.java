/** The commands as a user gives them. */
package org.lensdl4j.spark.cli;
