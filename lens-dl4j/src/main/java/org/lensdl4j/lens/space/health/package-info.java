/**
 * Whether a language space can be trusted. The states of all texts of a layer come in as they pass
 * by while probing ({@link org.lensdl4j.lens.space.LayerStates}); {@link
 * org.lensdl4j.lens.space.health.HealthCheck} draws texts and labels again and fits the layer to
 * each draw; a {@link org.lensdl4j.lens.space.health.SpaceHealth} with figures, warnings and a file
 * form goes out. Only one layer's states are held at a time.
 */
package org.lensdl4j.lens.space.health;
