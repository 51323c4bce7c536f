package org.lensdl4j.lens.train;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.lensdl4j.model.base.LensException;

/** Questions with answers, in order. Immutable, in memory. */
public final class InstructionCorpus {
  private final List<Instruction> items;
  private final String method;

  private InstructionCorpus(List<Instruction> items, String method) {
    this.items = items;
    this.method = method;
  }

  /**
   * Reads JSON Lines. A line is an object with the strings {@code instruction} and {@code
   * response}, and optionally an {@code id} (string or whole number, each once).
   *
   * @throws LensException naming file, line and field
   */
  public static InstructionCorpus jsonl(Path file) {
    return of(new InstructionLines(file).read());
  }

  /**
   * A corpus of instructions in memory.
   *
   * @throws LensException if there are none
   */
  public static InstructionCorpus of(Collection<Instruction> instructions) {
    if (instructions.isEmpty()) {
      throw new LensException("there are no instructions to learn");
    }
    return new InstructionCorpus(List.copyOf(instructions), "");
  }

  /** The same for a method of baselines. */
  public InstructionCorpus named(String name) {
    return new InstructionCorpus(items, name);
  }

  /** The method that this is the data of, such as xSFT; empty if it is of none. */
  public String method() {
    return method;
  }

  /** One corpus behind the other. */
  public static InstructionCorpus concat(Collection<InstructionCorpus> parts) {
    List<Instruction> all = new ArrayList<>();
    parts.forEach(p -> all.addAll(p.items));
    return of(all);
  }

  /** All instructions, in order. */
  public List<Instruction> items() {
    return items;
  }

  /** Number of instructions. */
  public int size() {
    return items.size();
  }

  /** Those of a range, {@code from} included, {@code to} not. */
  public InstructionCorpus range(int from, int to) {
    return of(items.subList(from, to)).named(method);
  }

  /**
   * Those whose id is chosen: parallel corpora are split alike by it.
   *
   * @throws LensException if none is
   */
  public InstructionCorpus withIds(Predicate<String> chosen) {
    return of(items.stream().filter(i -> chosen.test(i.id())).toList()).named(method);
  }

  /** By id, to find an instruction's translation. */
  public Map<String, Instruction> byId() {
    Map<String, Instruction> out = new HashMap<>();
    items.forEach(i -> out.put(i.id(), i));
    return out;
  }
}
