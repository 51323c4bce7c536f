package org.lensdl4j.lab.evaluate.tasks;

import java.util.List;

/**
 * Questions answered in a conversation, to identify the language of the answers.
 *
 * @param id of the question
 * @param turns the user's turns
 */
public record ChatItem(String id, List<String> turns) implements TaskItem {}
