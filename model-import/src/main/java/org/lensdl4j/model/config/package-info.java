/**
 * Descriptions of model architectures: what the graph builder and the trunk must know besides the
 * weights.
 */
package org.lensdl4j.model.config;
