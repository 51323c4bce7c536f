package org.lensdl4j.model.generate;

import java.util.Arrays;
import org.lensdl4j.model.config.ModelConfig;
import org.lensdl4j.model.trunk.DecodedText;
import org.lensdl4j.model.trunk.TokenDecoder;

/** A text while it is generated. */
final class Running {
  private final Request request;
  private final int index;
  private final ModelConfig config;
  private final TokenDecoder decoder;
  private final Sampler sampler;
  private final int[] out;
  private int n;
  private DecodedText text;
  private int chosen;
  private boolean ended;

  Running(Request request, int index, ModelConfig config, TokenDecoder decoder) {
    this.request = request;
    this.index = index;
    this.config = config;
    this.decoder = decoder;
    sampler = new Sampler(request.sampling());
    int positions = config.maxPositions() > 0 ? config.maxPositions() : Integer.MAX_VALUE;
    int room = positions - request.prompt().length;
    out = new int[Math.max(0, Math.min(request.maxTokens(), room))];
  }

  /** Its number among the requests. */
  int index() {
    return index;
  }

  /** Tokens of the prompt and the longest answer. */
  int longest() {
    return request.prompt().length + out.length;
  }

  boolean wantsTokens() {
    return out.length > 0;
  }

  /** Opens the text, once. */
  void begin() {
    if (text == null) {
      text =
          request.variant() == null
              ? decoder.begin(request.prompt(), request.edit())
              : decoder.begin(request.prompt(), request.variant(), request.edit());
    }
  }

  DecodedText text() {
    return text;
  }

  /** Chooses the next token. */
  void choose(float[] scores) {
    chosen = sampler.choose(scores);
  }

  /** Takes the chosen token; returns whether another is wanted, and ends the text if not. */
  boolean goesOn() {
    ended = config.eosTokens().contains(chosen);
    boolean more = !ended;
    if (more) {
      out[n++] = chosen;
      more = request.listener().next(chosen) && n < out.length;
    }
    if (more) {
      decoder.append(text, chosen);
    } else {
      end();
    }
    return more;
  }

  void end() {
    if (text != null) {
      decoder.end(text);
      text = null;
    }
  }

  Generated result() {
    return new Generated(Arrays.copyOf(out, n), ended, sampler.margin());
  }
}
