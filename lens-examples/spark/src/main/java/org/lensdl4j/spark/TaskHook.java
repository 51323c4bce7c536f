package org.lensdl4j.spark;

import java.io.Serializable;
import org.apache.spark.TaskContext;

/** What tests make happen in a task between its work and its return. */
@FunctionalInterface
interface TaskHook extends Serializable {
  TaskHook NONE = task -> {};

  void done(TaskContext task);
}
