package org.lensdl4j.lab.evaluate.tasks;

import java.util.List;

/**
 * A question answered by the letter with the highest logit as the first token of the answer.
 *
 * @param prompt the user turn
 * @param letters the letters that compete; more than the item has options, as upstream does
 * @param gold index of the right letter
 */
public record LetterItem(String prompt, List<String> letters, int gold) implements TaskItem {}
