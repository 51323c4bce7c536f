package org.lensdl4j.model.trunk;

/** Placeholder of the contract; replaced by the trunk's owner. */
public interface HiddenStates extends AutoCloseable {}
