/**
 * Steering: states moved towards a language on their way through a model, without any training
 * (method.md section 5).
 */
package org.lensdl4j.lens.steer;
