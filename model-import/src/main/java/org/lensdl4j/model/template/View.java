package org.lensdl4j.model.template;

import java.util.List;

/**
 * Keys, values or pairs of a dict: a length and an order, but no items by index.
 *
 * @param kind {@code keys}, {@code values} or {@code items}
 */
record View(String kind, List<Object> items) {}
