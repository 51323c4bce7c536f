/**
 * What is asked: each task is a short description of how a line of its data set becomes a question.
 * JSONL files come in; {@link org.lensdl4j.lab.evaluate.tasks.ChoiceItem}s, {@link
 * org.lensdl4j.lab.evaluate.tasks.LetterItem}s and {@link
 * org.lensdl4j.lab.evaluate.tasks.AnswerItem}s go out. Prompts are those of lm-evaluation-harness
 * 0.4.8, or of the published Lens code where a task says so. Method, section 6.
 */
package org.lensdl4j.lab.evaluate.tasks;
