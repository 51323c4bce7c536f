package org.lensdl4j.lens.train;

import java.util.Arrays;
import java.util.List;
import org.lensdl4j.lens.states.Prompting;
import org.lensdl4j.model.TransformerModel;
import org.lensdl4j.model.text.ChatMessage;
import org.lensdl4j.model.text.ChatTemplate;
import org.lensdl4j.model.text.ChatTemplateException;
import org.lensdl4j.model.text.PromptEncoder;

/**
 * Instructions to tokens. The prompt is what the model is given when it is asked, up to the header
 * of its turn; the response follows in tokens of its own, ended as the chat template ends a turn,
 * up to and with the token that ends a generation. A response too long is cut and then has no end.
 */
public final class InstructionEncoder {
  private static final String MARKER = "\u0001";

  private final TransformerModel model;
  private final PromptEncoder prompts;
  private final int maxResponse;
  private final int[] end;

  /** Prompts of a model, as long as a configuration says. */
  public InstructionEncoder(TransformerModel model, TuningConfig config) {
    this(
        model,
        Prompting.whole(config.systemPrompt(), config.maxPromptTokens()),
        config.maxResponseTokens());
  }

  InstructionEncoder(TransformerModel model, Prompting prompting, int maxResponse) {
    this.model = model;
    this.maxResponse = maxResponse;
    prompts = prompting.encoder(model);
    end = end();
  }

  private int[] end() {
    int[] written = model.tokenizer().encode(model.chatTemplate().map(this::written).orElse(""));
    List<Integer> ends = model.config().eosTokens();
    for (int i = 0; i < written.length; i++) {
      if (ends.contains(written[i])) {
        return Arrays.copyOf(written, i + 1);
      }
    }
    return ends.isEmpty() ? new int[0] : new int[] {ends.get(0)};
  }

  /** What the template writes behind an assistant's turn. */
  private String written(ChatTemplate template) {
    try {
      String whole =
          template.render(
              List.of(ChatMessage.user("a"), new ChatMessage("assistant", MARKER)), false);
      return whole.substring(whole.lastIndexOf(MARKER) + 1);
    } catch (ChatTemplateException e) {
      return "";
    }
  }

  /** The prompt alone, to generate from. */
  public int[] prompt(String instruction) {
    return prompts.encode(instruction).ids();
  }

  EncodedInstruction encode(Instruction item) {
    return encode(prompt(item.instruction()), item.response(), true);
  }

  /**
   * A prompt with its answer.
   *
   * @param whole whether the answer's end belongs to it
   */
  EncodedInstruction encode(int[] prompt, String response, boolean whole) {
    int[] answer = model.tokenizer().encode(response.strip());
    int[] ended = Arrays.copyOf(answer, answer.length + (whole ? end.length : 0));
    System.arraycopy(end, 0, ended, answer.length, ended.length - answer.length);
    int kept = Math.min(ended.length, maxResponse);
    int[] ids = Arrays.copyOf(prompt, prompt.length + kept);
    System.arraycopy(ended, 0, ids, prompt.length, kept);
    return new EncodedInstruction(ids, prompt.length);
  }

  List<EncodedInstruction> encode(InstructionCorpus corpus) {
    return corpus.items().stream().map(this::encode).toList();
  }
}
