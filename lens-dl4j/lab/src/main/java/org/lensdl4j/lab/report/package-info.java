/**
 * One HTML page about runs: their folders, evaluations, analyses and searches come in, a file that
 * needs no network goes out ({@link org.lensdl4j.lab.report.Report}). The files are read as files,
 * by the forms their writers document; everything in them is untrusted and escaped. What is missing
 * is said on the page.
 */
package org.lensdl4j.lab.report;
