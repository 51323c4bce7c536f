/**
 * Charts as SVG text: numbers come in, one {@code <svg>} element goes out. Lines with bands,
 * points, bars with intervals, small multiples, heat maps and parallel coordinates. Nothing here
 * knows where the numbers come from; no script is needed to read a chart.
 *
 * <p>Series differ by colour (Okabe and Ito's, for all kinds of colour vision), by the shape of
 * their marks and by dashes, and are named beside the data. Colours follow the reader's choice of
 * light or dark; print is always light.
 */
package org.lensdl4j.lab.chart;
