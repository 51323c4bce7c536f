package org.lensdl4j.lab.evaluate.tasks;

/** What a line of a data set becomes; the kind says how it is answered. */
public sealed interface TaskItem
    permits ChoiceItem, LetterItem, AnswerItem, ChatItem, RequestItem {}
