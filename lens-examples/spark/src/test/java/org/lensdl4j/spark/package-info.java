/** Jobs on Spark against the same jobs on one machine. */
package org.lensdl4j.spark;
