/**
 * The settings of a run as one immutable value. JSON or builder calls come in, {@link
 * org.lensdl4j.lens.config.LensConfig} goes out; each option is checked once, here, with a message
 * that names it.
 */
package org.lensdl4j.lens.config;
