/** What the tests of this module share. */
package org.lensdl4j.lens.testing;
