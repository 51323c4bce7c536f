/**
 * The methods that arXiv 2410.04407 (section 4.1) compares Lens with, as data for instruction
 * tuning: texts of the target languages in, {@link org.lensdl4j.lens.train.InstructionCorpus} out.
 */
package org.lensdl4j.lab.baselines;
