package org.lensdl4j.lab.evaluate;

import java.util.ArrayList;
import java.util.List;
import org.lensdl4j.model.TransformerModel;
import org.lensdl4j.model.text.ChatMessage;
import org.lensdl4j.model.text.ChatTemplate;
import org.lensdl4j.model.text.ChatTemplateException;

/** A conversation as text, ready for the model's answer. */
final class Conversation {
  private Conversation() {}

  /**
   * Written by the model's chat template, the text untouched. A template that refuses a system turn
   * gets the system text at the start of the first user turn; a model without a template gets the
   * turns one below the other.
   *
   * @param system null for no system turn: what the template then writes is its own affair
   */
  static String render(TransformerModel model, String system, List<ChatMessage> turns) {
    ChatTemplate template = model.chatTemplate().orElse(null);
    if (template == null) {
      return String.join("\n", turns.stream().map(ChatMessage::content).toList()) + "\n";
    }
    List<ChatMessage> all = new ArrayList<>(turns);
    if (system != null) {
      all.add(0, ChatMessage.system(system));
    }
    try {
      return template.render(all, true);
    } catch (ChatTemplateException refused) {
      if (!refused.refusesConversation()) {
        throw refused;
      }
      List<ChatMessage> folded = new ArrayList<>(turns);
      if (system != null && !system.isEmpty()) {
        folded.set(0, ChatMessage.user(system + "\n\n" + turns.get(0).content()));
      }
      return template.render(folded, true);
    }
  }
}
