/**
 * Training of the top layers, or of low-rank adapters beside their matrices (method.md section 3):
 * cached states and a language space in ({@link org.lensdl4j.lens.train.LensTrainer}), or
 * instructions with answers ({@link org.lensdl4j.lens.train.InstructionTuning}), changed weights
 * out. Interrupted runs resume bit for bit from their last checkpoint.
 */
package org.lensdl4j.lens.train;
