/** What other people's projects get from the artifacts of this one. */
package org.lensdl4j.tests.consumer;
