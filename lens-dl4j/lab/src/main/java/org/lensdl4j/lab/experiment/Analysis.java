package org.lensdl4j.lab.experiment;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.lensdl4j.model.base.AtomicFile;

/**
 * The result of an analysis, ready to be written.
 *
 * @param name of its files: lower-case letters, digits and hyphens
 * @param title what was analysed
 * @param finding the result in one sentence, and what this number of items cannot show
 * @param options what decided the outcome, by name
 * @param csv every figure
 * @param svg a picture of them, a file of its own
 */
public record Analysis(
    String name,
    String title,
    String finding,
    Map<String, String> options,
    String csv,
    String svg) {

  public Analysis {
    options = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(options));
  }

  /** The same with more options, which come first. */
  public Analysis with(Map<String, String> more) {
    Map<String, String> all = new LinkedHashMap<>(more);
    all.putAll(options);
    return new Analysis(name, title, finding, all, csv, svg);
  }

  /**
   * Writes {@code <name>.csv}, {@code <name>.svg} and {@code <name>.json}; each file appears whole
   * or not at all, the last one when the others are there.
   *
   * @param folder made if it is not there; files of the same names are replaced
   */
  public void write(Path folder) {
    AtomicFile.write(folder.resolve(name + ".csv"), csv);
    AtomicFile.write(folder.resolve(name + ".svg"), svg);
    AtomicFile.write(folder.resolve(name + ".json"), toJson() + "\n");
  }

  /** Name, title, finding and options. */
  public String toJson() {
    ObjectNode root = new ObjectMapper().createObjectNode();
    root.put("name", name).put("title", title).put("finding", finding);
    ObjectNode node = root.putObject("options");
    options.forEach(node::put);
    return root.toPrettyString();
  }
}
