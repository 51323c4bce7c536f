package org.lensdl4j.model.text;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.lensdl4j.model.base.PythonStrings;
import org.lensdl4j.model.base.Sha256;

/**
 * Texts to token sequences: each text is the user turn of a conversation, written by the model's
 * chat template with a generation prompt, and cut to a length.
 *
 * <p>Default: white space around the text is stripped; the whole prompt is tokenised as one text,
 * without special tokens beyond those that the template writes (so none is doubled). A prompt that
 * is too long keeps the template's head and tail and as many of the text's own tokens as fit
 * between them, so that the assistant header is always complete and the last token always the same.
 *
 * <p>{@code compat}: as the original code did. The prompt is tokenised with the tokenizer's special
 * tokens on, cut on the right, and padded on the right to the longest of the texts given.
 *
 * <p>A model without a chat template gets the text as it is, with BOS where the tokenizer's own
 * rule adds it, cut on the right: see {@link #usesTemplate()}. A template that refuses a system
 * turn (Gemma, early Mistral) gets the system text at the start of the user turn, with an empty
 * line between: see {@link #foldsSystem()}.
 *
 * <p>Immutable and safe for use from several threads.
 */
public final class PromptEncoder {
  private static final String MARKER = "\u0001"; // passes a template unchanged

  private final TextTokenizer tokenizer;
  private final ChatTemplate template;
  private final String system;
  private final int maxTokens;
  private final boolean compat;
  private final boolean folded;
  private final int[] head;
  private final int[] tail;

  private PromptEncoder(Builder builder) {
    tokenizer = builder.tokenizer;
    template = builder.template;
    system = builder.system;
    maxTokens = builder.maxTokens;
    compat = builder.compat;
    if (maxTokens < 1) {
      throw new IllegalArgumentException("maxTokens " + maxTokens + ", expected at least 1");
    }
    if (template == null) {
      folded = false;
      int[] added = tokenizer.encodeWithSpecialTokens("");
      int before = leading(added);
      head = Arrays.copyOf(added, before);
      tail = Arrays.copyOfRange(added, before, added.length);
    } else {
      folded = system != null && refusesSystem();
      String[] parts = render(MARKER).split(MARKER, -1);
      if (parts.length != 2) {
        throw new ChatTemplateException(
            "chat template: writes the user's text "
                + (parts.length - 1)
                + " times, expected once");
      }
      head = tokenizer.encode(parts[0]);
      tail = tokenizer.encode(parts[1]);
    }
    if (!compat && head.length + tail.length + 1 > maxTokens) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "maxTokens %d: the prompt without text takes %d tokens already; at least %d are needed",
              maxTokens,
              head.length + tail.length,
              head.length + tail.length + 1));
    }
  }

  /** Starts from a tokenizer; without further calls, plain prompts of at most 64 tokens. */
  public static Builder builder(TextTokenizer tokenizer) {
    return new Builder(tokenizer);
  }

  /**
   * One text as a prompt of at most {@code maxTokens} tokens.
   *
   * @throws IllegalStateException in {@code compat} mode, where a text's form depends on the others
   */
  public TokenSequence encode(String text) {
    if (compat) {
      throw new IllegalStateException("compat mode pads to the longest text: use encodeAll");
    }
    return TokenSequence.of(template == null ? plain(text) : templated(text));
  }

  /**
   * Many texts as prompts; in {@code compat} mode each shorter one ends with one padding token that
   * stands where the padded batch has index -1.
   */
  public List<TokenSequence> encodeAll(List<String> texts) {
    List<TokenSequence> out = new ArrayList<>(texts.size());
    if (!compat) {
      texts.forEach(text -> out.add(encode(text)));
      return out;
    }
    List<int[]> all = texts.stream().map(this::rightCut).toList();
    int longest = all.stream().mapToInt(ids -> ids.length).max().orElse(0);
    for (int[] ids : all) {
      if (ids.length == longest) {
        out.add(TokenSequence.of(ids));
      } else {
        int[] padded = Arrays.copyOf(ids, ids.length + 1);
        padded[ids.length] = pad();
        out.add(new TokenSequence(padded, longest - 1));
      }
    }
    return out;
  }

  /** Whether prompts are written by a chat template; if not they are plain texts. */
  public boolean usesTemplate() {
    return template != null;
  }

  /** Whether the system text stands in the user turn, because the template has no system turn. */
  public boolean foldsSystem() {
    return folded;
  }

  /** Whether prompts are the same whatever the system text is, because the template has no use. */
  public boolean dropsSystem() {
    if (system == null || system.isEmpty() || folded) {
      return false;
    }
    if (template == null) {
      return true;
    }
    List<ChatMessage> other =
        List.of(ChatMessage.system(system + MARKER), ChatMessage.user(MARKER));
    try {
      return template.render(other, true).equals(render(MARKER));
    } catch (ChatTemplateException e) {
      return false;
    }
  }

  /** Tokens that the template (or the tokenizer) puts before the user's text. */
  public int headLength() {
    return head.length;
  }

  /** Tokens that the template (or the tokenizer) puts behind the user's text. */
  public int tailLength() {
    return tail.length;
  }

  /** The most tokens that a prompt has. */
  public int maxTokens() {
    return maxTokens;
  }

  /** Whether prompts are made as the original code made them. */
  public boolean compat() {
    return compat;
  }

  /** Hash of all that the ids depend on beside the text. */
  public String fingerprint() {
    return Sha256.hex(
        "prompt-1",
        tokenizer.hash(),
        template == null ? "plain" : "template " + template.hash(),
        system == null ? "none" : "system " + system,
        Integer.toString(maxTokens),
        compat ? "compat" : "default",
        Arrays.toString(head), // a template can write today's date
        Arrays.toString(tail));
  }

  private int[] templated(String text) {
    String body = PythonStrings.strip(text);
    int[] whole = tokenizer.encode(render(body));
    if (whole.length <= maxTokens) {
      return whole;
    }
    return joined(tokenizer.encode(body), maxTokens);
  }

  private int[] plain(String text) {
    return joined(tokenizer.encode(text), maxTokens);
  }

  /** Head, as much of the body as fits, tail. */
  private int[] joined(int[] body, int limit) {
    int kept = Math.min(body.length, limit - head.length - tail.length);
    int[] out = Arrays.copyOf(head, head.length + kept + tail.length);
    System.arraycopy(body, 0, out, head.length, kept);
    System.arraycopy(tail, 0, out, head.length + kept, tail.length);
    return out;
  }

  /** As {@code tokenizer(text, truncation=True)}: the text is cut, the added tokens are not. */
  private int[] rightCut(String text) {
    String whole = template == null ? text : render(PythonStrings.strip(text));
    int[] ids = tokenizer.encodeWithSpecialTokens(whole);
    if (ids.length <= maxTokens) {
      return ids;
    }
    int[] added = tokenizer.encodeWithSpecialTokens("");
    int before = leading(added);
    int after = added.length - before;
    int kept = maxTokens - after;
    if (kept < before) {
      throw new IllegalArgumentException(
          "maxTokens "
              + maxTokens
              + " leaves no room beside the "
              + added.length
              + " added tokens");
    }
    int[] out = Arrays.copyOf(ids, maxTokens);
    System.arraycopy(added, before, out, kept, after);
    return out;
  }

  /** How many of the tokens that the tokenizer adds stand before the text. */
  private int leading(int[] added) {
    int[] marked = tokenizer.encodeWithSpecialTokens("a");
    int[] bare = tokenizer.encode("a");
    for (int at = 0; at <= marked.length - bare.length; at++) {
      if (Arrays.equals(Arrays.copyOfRange(marked, at, at + bare.length), bare)) {
        return Math.min(at, added.length);
      }
    }
    return added.length;
  }

  private int pad() {
    SpecialTokens special = tokenizer.specialTokens();
    String token = special.pad() != null ? special.pad() : special.eos();
    Integer id = token == null ? null : tokenizer.id(token);
    if (id == null) {
      throw new IllegalStateException(
          "compat mode needs a padding token: pad_token or eos_token of the tokenizer, found "
              + token);
    }
    return id;
  }

  private boolean refusesSystem() {
    try {
      render(MARKER, false);
      return false;
    } catch (ChatTemplateException refused) {
      if (!refused.refusesConversation()) {
        throw refused;
      }
      try {
        render(MARKER, true);
        return true;
      } catch (ChatTemplateException alsoRefused) {
        throw refused;
      }
    }
  }

  private String render(String text) {
    return render(text, folded);
  }

  private String render(String text, boolean fold) {
    List<ChatMessage> messages = new ArrayList<>(2);
    if (system != null && !fold) {
      messages.add(ChatMessage.system(system));
    }
    boolean inUserTurn = fold && !system.isEmpty();
    messages.add(ChatMessage.user(inUserTurn ? system + "\n\n" + text : text));
    return template.render(messages, true);
  }

  /** Collects the parts of a {@link PromptEncoder}. */
  public static final class Builder {
    private final TextTokenizer tokenizer;
    private ChatTemplate template;
    private String system;
    private int maxTokens = 64;
    private boolean compat;

    private Builder(TextTokenizer tokenizer) {
      this.tokenizer = Objects.requireNonNull(tokenizer, "tokenizer");
    }

    /** The model's chat template, or null for plain prompts. */
    public Builder template(ChatTemplate value) {
      template = value;
      return this;
    }

    /** The system turn; null for none (some templates then write their own), empty for empty. */
    public Builder system(String value) {
      system = value;
      return this;
    }

    /** The most tokens that a prompt has, the template's included. */
    public Builder maxTokens(int value) {
      maxTokens = value;
      return this;
    }

    /** Whether prompts are made as the original code made them. */
    public Builder compat(boolean value) {
      compat = value;
      return this;
    }

    /**
     * Makes the encoder.
     *
     * @throws IllegalArgumentException if maxTokens has no room for a single token of text
     * @throws ChatTemplateException if the template does not take a user turn
     */
    public PromptEncoder build() {
      return new PromptEncoder(this);
    }
  }
}
