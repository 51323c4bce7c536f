/**
 * The parts of the quickstart: a small public model and the project's own text in; a comparison
 * before and after, as a table and as a picture, out.
 */
package org.lensdl4j.examples.quickstart;
