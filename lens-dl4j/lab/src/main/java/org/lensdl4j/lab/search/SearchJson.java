package org.lensdl4j.lab.search;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;
import org.lensdl4j.lab.experiment.TrialResult;

/** Writes {@code search.json}; its form is told in the package. */
final class SearchJson {
  private static final ObjectMapper JSON = new ObjectMapper();

  private SearchJson() {}

  static String write(SearchResult result) {
    SearchConfig config = result.config();
    ObjectNode root = JSON.createObjectNode();
    root.put("model", result.modelHash()).put("central", result.languages().get(0));
    root.set("languages", JSON.valueToTree(result.languages()));
    root.put("generator", config.generator().kind().id())
        .put("seed", config.generator().seed())
        .put("finished", result.finished())
        .put("seconds", result.seconds());
    ArrayNode space = root.putArray("space");
    config.parameters().forEach(p -> parameter(space.addObject(), p));
    SearchConfigWriter.score(root.putObject("score"), config.score());
    ArrayNode candidates = root.putArray("candidates");
    result.candidates().forEach(c -> candidate(candidates.addObject(), c, result));
    result.best().ifPresentOrElse(b -> root.put("best", b.index()), () -> root.putNull("best"));
    bestSoFar(root.putArray("best_so_far"), result);
    ArrayNode pareto = root.putArray("pareto");
    result.pareto().forEach(c -> pareto.add(c.index()));
    ArrayNode importance = root.putArray("importance");
    for (Importance i : result.importance()) {
      ObjectNode node = importance.addObject();
      node.put("parameter", i.parameter()).put("explained", i.explained()).put("p", i.p());
      number(node, "rank_correlation", i.rankCorrelation());
      node.put("levels", i.levels()).put("candidates", i.candidates());
    }
    if (result.winner() == null) {
      root.putNull("winner");
    } else {
      winner(root.putObject("winner"), result);
    }
    return root.toPrettyString();
  }

  private static void parameter(ObjectNode node, Parameter p) {
    node.put("name", p.name())
        .put("kind", p.kind().name().toLowerCase(Locale.ROOT))
        .put("scale", p.log() ? "log" : "linear");
    if (p.kind() == Parameter.Kind.CHOICE) {
      node.set("values", JSON.valueToTree(p.values()));
    } else {
      node.put("low", p.low()).put("high", p.high());
    }
    node.put("off", p.off());
  }

  private static void candidate(ObjectNode node, CandidateRecord c, SearchResult in) {
    node.put("index", c.index()).put("status", c.isComplete() ? "complete" : "failed");
    ObjectNode parameters = node.putObject("parameters");
    for (Parameter p : in.config().parameters()) {
      parameters.set(p.name(), JSON.<JsonNode>valueToTree(in.value(c.config(), p.name())));
    }
    node.put("seconds", c.seconds());
    if (!c.isComplete()) {
      node.put("error", c.error());
      return;
    }
    scored(node, c.scored());
    number(node, "drift", c.result().drift());
    node.put("train_seconds", c.result().trainSeconds())
        .put("measure_seconds", c.result().measureSeconds());
    pooled(node.putObject("pooled"), c.result());
  }

  private static void scored(ObjectNode node, CandidateScore.Scored scored) {
    number(node, "score", scored.score());
    number(node, "gain", scored.gain());
    number(node, "retention", scored.retention());
    node.put("within_budget", scored.withinBudget());
  }

  private static void pooled(ObjectNode node, TrialResult result) {
    result
        .pooled()
        .forEach(
            (measure, e) -> {
              ObjectNode own = node.putObject(measure.id());
              number(own, "before", e.before().value());
              number(own, "after", e.after().value());
              number(own, "difference", e.difference().value());
              number(own, "low", e.difference().low());
              number(own, "high", e.difference().high());
            });
  }

  private static void bestSoFar(ArrayNode to, SearchResult result) {
    double best = Double.NEGATIVE_INFINITY;
    for (CandidateRecord c : result.complete()) {
      if (c.scored().mayWin()) {
        best = Math.max(best, c.scored().score());
      }
      number(to.addObject().put("index", c.index()), "score", best);
    }
  }

  private static void winner(ObjectNode node, SearchResult result) {
    SearchResult.Winner w = result.winner();
    CandidateRecord best = result.candidate(w.index());
    node.put("index", w.index()).put("run", w.run().getFileName().toString());
    ObjectNode development = node.putObject("development");
    scored(development, best.scored());
    number(development, "drift", best.result().drift());
    pooled(development.putObject("pooled"), best.result());
    if (w.heldOut() == null) {
      node.putNull("held_out");
      return;
    }
    ObjectNode heldOut = node.putObject("held_out");
    scored(heldOut, w.heldOutScore());
    number(heldOut, "low", w.interval() == null ? Double.NaN : w.interval().low());
    number(heldOut, "high", w.interval() == null ? Double.NaN : w.interval().high());
    number(heldOut, "drift", w.heldOut().drift());
    pooled(heldOut.putObject("pooled"), w.heldOut());
    number(node, "gap", best.scored().gain() - w.heldOutScore().gain());
  }

  /** JSON has no numbers that are none. */
  private static void number(ObjectNode node, String name, double value) {
    if (Double.isFinite(value)) {
      node.put(name, value);
    } else {
      node.putNull(name);
    }
  }
}
