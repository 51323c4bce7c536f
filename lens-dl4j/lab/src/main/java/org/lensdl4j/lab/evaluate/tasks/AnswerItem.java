package org.lensdl4j.lab.evaluate.tasks;

import java.util.List;

/**
 * A question answered by generated text, of which a number is compared.
 *
 * @param prompt raw text, without chat template
 * @param until the answer ends before the first of these
 * @param gold the right number
 */
public record AnswerItem(String prompt, List<String> until, String gold) implements TaskItem {}
