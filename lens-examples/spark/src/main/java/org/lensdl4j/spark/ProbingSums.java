package org.lensdl4j.spark;

import java.io.Externalizable;
import java.io.IOException;
import java.io.ObjectInput;
import java.io.ObjectOutput;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import org.lensdl4j.lens.space.LanguageStatistics;

/**
 * What tasks of probing return and what merges: the statistics of the languages that they had texts
 * of, and of no others, so that a task of one language in a hundred sends a hundredth.
 *
 * <p>Public only for Java's serialization.
 */
public final class ProbingSums implements Externalizable {
  private static final long serialVersionUID = 1L;

  private final Map<String, LanguageStatistics> languages = new TreeMap<>();

  /** Nothing; also for deserialization. */
  public ProbingSums() {}

  /** Adds sums of one language. */
  ProbingSums add(LanguageStatistics one) {
    languages.merge(one.languages().get(0), one, LanguageStatistics::merge);
    return this;
  }

  /** Adds all that the other holds, which is not to be used afterwards. */
  ProbingSums merge(ProbingSums other) {
    other.languages.values().forEach(this::add);
    return this;
  }

  /** One for each language. */
  Collection<LanguageStatistics> each() {
    return languages.values();
  }

  @Override
  public void writeExternal(ObjectOutput out) throws IOException {
    out.writeInt(languages.size());
    for (LanguageStatistics one : languages.values()) {
      byte[] bytes = one.toBytes();
      out.writeInt(bytes.length);
      out.write(bytes);
    }
  }

  @Override
  public void readExternal(ObjectInput in) throws IOException {
    languages.clear();
    for (int left = in.readInt(); left > 0; left--) {
      byte[] bytes = new byte[in.readInt()];
      in.readFully(bytes);
      add(LanguageStatistics.fromBytes(bytes));
    }
  }
}
