/** What is in a model, a language space or a run folder, in plain lines. */
package org.lensdl4j.examples.inspect;
