/** The whole probing job on the real model, against reference values. */
package org.lensdl4j.tests.probe;
