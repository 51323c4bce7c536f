/**
 * Plain-text tables and small SVG pictures out of numbers; nothing here knows where they come from.
 */
package org.lensdl4j.examples.report;
