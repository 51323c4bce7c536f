package org.lensdl4j.lab.evaluate.tasks;

/**
 * A request whose answer is to be in the evaluation's language, whatever the request itself is in.
 *
 * @param id of the request
 * @param prompt the user turn
 * @param reference what a right answer says, to be compared with; empty if there is no such thing
 */
public record RequestItem(String id, String prompt, String reference) implements TaskItem {}
