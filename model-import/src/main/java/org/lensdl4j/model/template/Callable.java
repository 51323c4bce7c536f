package org.lensdl4j.model.template;

/** What a template can call. */
interface Callable {
  Object call(Run run, Args args);
}
