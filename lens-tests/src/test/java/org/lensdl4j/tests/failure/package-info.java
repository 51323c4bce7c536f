/**
 * Failures on purpose: damaged files of every kind, in random ways, must end in a clear refusal.
 */
package org.lensdl4j.tests.failure;
