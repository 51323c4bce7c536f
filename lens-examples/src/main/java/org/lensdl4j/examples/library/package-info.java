/** Small programs that use the libraries as the README shows it. */
package org.lensdl4j.examples.library;
