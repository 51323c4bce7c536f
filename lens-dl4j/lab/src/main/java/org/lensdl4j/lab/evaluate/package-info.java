/**
 * Whether it helped: tasks, hidden states and generations of a model beside runs, twins and other
 * models, item by item on the same items. {@link org.lensdl4j.lab.evaluate.Evaluation} is the way
 * in; prompts go through the layers that all columns share once, and from there through each
 * column's own. A folder with a row per item comes out, and an {@link
 * org.lensdl4j.lab.evaluate.EvaluationResult} that can be computed again from that folder alone.
 * Method, sections 5 and 6.
 */
package org.lensdl4j.lab.evaluate;
