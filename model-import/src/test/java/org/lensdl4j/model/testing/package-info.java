/** What tests of all modules share beside the tiny models: prerequisites of tagged tests. */
package org.lensdl4j.model.testing;
