/**
 * The language of chat templates: Jinja2 as Hugging Face's {@code apply_chat_template} sets it up,
 * over plain values.
 *
 * <p>Source text in; a tree of records, and from it text. A template is an untrusted program: its
 * values are strings, numbers, lists and dicts of this package, no Java object is reachable, and
 * steps, memory and depth are counted as they are spent. What Python would render otherwise, or
 * this package does not know, is refused with the construct and its line.
 */
package org.lensdl4j.model.template;
