package org.lensdl4j.model.template;

import java.util.Iterator;

/**
 * A generator, as {@code map}, {@code select} and others make them: gone through once, always true,
 * without a length.
 *
 * @param type Python's name for it
 */
record Lazy(String type, Iterator<Object> items) {}
