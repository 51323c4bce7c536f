/**
 * Descriptions of model architectures: what the builder and the trunk must know beside the weights.
 */
package org.lensdl4j.model.config;
