/**
 * Training of the top layers (method.md section 3): cached trunk states and a language space in,
 * changed weights out. Interrupted runs resume bit for bit from their last checkpoint.
 */
package org.lensdl4j.lens.train;
