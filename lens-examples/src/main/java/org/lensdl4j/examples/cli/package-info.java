/**
 * The command line: options in; a table on standard output, progress and one clear line per error
 * on standard error, and files out. Everything it does is a call into the libraries.
 */
package org.lensdl4j.examples.cli;
