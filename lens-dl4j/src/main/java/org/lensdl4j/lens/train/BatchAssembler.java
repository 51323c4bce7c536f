package org.lensdl4j.lens.train;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.lensdl4j.lens.config.LensConfig;
import org.lensdl4j.lens.states.TopStates;
import org.lensdl4j.model.config.ModelConfig;
import org.lensdl4j.model.graph.RowBatch;
import org.lensdl4j.model.graph.TransformerGraph;
import org.lensdl4j.model.trunk.Pooling;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Turns prompts, given by number, into the placeholders of a {@link TopGraph}. */
final class BatchAssembler {
  private final ModelConfig model;
  private final LensConfig config;
  private final TopStates states;
  private final Pooling position;
  private final List<String> wanted;
  private final int central;
  private final List<Integer> targets = new ArrayList<>();
  private final List<Objective> objectives;

  /**
   * @param position what the losses read of a text
   * @param wanted names of the placeholders that the graph reads; no others are made
   */
  BatchAssembler(
      ModelConfig model,
      LensConfig config,
      List<Objective> objectives,
      TopStates states,
      Pooling position,
      List<String> wanted) {
    this.position = position;
    this.model = model;
    this.config = config;
    this.states = states;
    this.wanted = wanted;
    this.central = config.languages().indexOf(config.central());
    this.objectives = objectives;
    for (String language : config.targets()) {
      targets.add(config.languages().indexOf(language));
    }
  }

  /** The placeholders of a micro-batch; the caller closes them. */
  synchronized Map<String, INDArray> assemble(List<Integer> prompts) {
    int languages = config.languages().size();
    int[] texts = new int[prompts.size() * languages];
    int[] own = new int[texts.length];
    int shared = states.sharedTokens();
    for (int p = 0; p < prompts.size(); p++) {
      for (int l = 0; l < languages; l++) {
        int i = p * languages + l;
        texts[i] = states.text(prompts.get(p), l);
        own[i] = states.length(texts[i]) - shared;
      }
    }
    RowBatch rows = new RowBatch(shared, own).inBlocks(TopGraph.blocks(config));
    Chosen chosen = new Chosen(rows, prompts.size(), languages, false);
    Map<String, INDArray> out =
        wanted.contains(TransformerGraph.CHOICE)
            ? rows.placeholders(model, chosen.rows())
            : rows.placeholders(model);
    out.put(TransformerGraph.HIDDEN, states.rows(texts));
    picks(prompts.size(), chosen, out);
    objectives.forEach(objective -> references(objective, prompts.size(), texts, out));
    dropUnwanted(out);
    return out;
  }

  private void picks(int prompts, Chosen chosen, Map<String, INDArray> out) {
    int languages = config.languages().size();
    int pairs = prompts * targets.size();
    int[] centrals = new int[pairs];
    int[] others = new int[pairs];
    float[] weight = new float[pairs];
    float[][] language = new float[pairs][targets.size()];
    int i = 0;
    for (int p = 0; p < prompts; p++) {
      for (int l : targets) {
        centrals[i] = p * languages + central;
        others[i] = p * languages + l;
        language[i][targets.indexOf(l)] = 1;
        weight[i++] = 1f / prompts;
      }
    }
    out.put(TopGraph.CENTRAL_PICK, chosen.pick(centrals));
    out.put(TopGraph.TARGET_PICK, chosen.pick(others));
    out.put(TopGraph.PAIR_LANGUAGE, Nd4j.createFromArray(language));
    out.put(TopGraph.PAIR_WEIGHT, Nd4j.createFromArray(weight));
    chosen.putMeans("", out);
    if (objectives.size() > 1) {
      Chosen all = chosen.all();
      out.put(TopGraph.ALL_ROWS + TopGraph.CENTRAL_PICK, all.pick(centrals));
      out.put(TopGraph.ALL_ROWS + TopGraph.TARGET_PICK, all.pick(others));
      all.putMeans(TopGraph.ALL_ROWS, out);
    }
  }

  /** The states before training, and how far languages are to move, at one layer. */
  private void references(Objective at, int prompts, int[] texts, Map<String, INDArray> out) {
    int languages = config.languages().size();
    int pairs = prompts * targets.size();
    float[][] displacement = at.displacements();
    float[][] pivot = new float[pairs][];
    float[][] reference = new float[pairs][];
    float[][] moves = new float[pairs][];
    float[][] means = new float[prompts][];
    float[][] targetMeans = new float[pairs][];
    int i = 0;
    for (int p = 0; p < prompts; p++) {
      int centralText = texts[p * languages + central];
      means[p] = states.referenceMean(at.below(), centralText);
      for (int l = 0; l < targets.size(); l++) {
        pivot[i] = states.reference(position, at.below(), centralText);
        int targetText = texts[p * languages + targets.get(l)];
        reference[i] = states.reference(position, at.below(), targetText);
        targetMeans[i] = states.referenceMean(at.below(), targetText);
        moves[i++] = displacement[l];
      }
    }
    out.put(at.prefix() + TopGraph.CENTRAL, Nd4j.createFromArray(pivot));
    out.put(at.prefix() + TopGraph.REFERENCE, Nd4j.createFromArray(reference));
    out.put(at.prefix() + TopGraph.DISPLACEMENT, Nd4j.createFromArray(moves));
    out.put(at.prefix() + TopGraph.REFERENCE_MEAN, Nd4j.createFromArray(means));
    out.put(at.prefix() + TopGraph.TARGET_REFERENCE_MEAN, Nd4j.createFromArray(targetMeans));
  }

  private void dropUnwanted(Map<String, INDArray> made) {
    made.entrySet()
        .removeIf(
            e -> {
              boolean unwanted = !wanted.contains(e.getKey());
              if (unwanted) {
                e.getValue().close();
              }
              return unwanted;
            });
  }

  /**
   * The rows that the last layer has to compute: those that are read of every text, and all of the
   * texts whose mean is kept.
   */
  private final class Chosen {
    private final RowBatch batch;
    private final int prompts;
    private final int languages;
    private final int[] place;
    private final int[] rows;

    Chosen(RowBatch batch, int prompts, int languages, boolean all) {
      this.batch = batch;
      this.prompts = prompts;
      this.languages = languages;
      boolean[] needed = new boolean[batch.rows()];
      Arrays.fill(needed, all);
      for (int i = 0; i < batch.texts(); i++) {
        for (int row : read(i)) {
          needed[row] = true;
        }
        if ((i % languages == central ? config.retain() : config.retainTargets()) > 0) {
          for (int row : batch.rowsOf(i)) {
            needed[row] = true;
          }
        }
      }
      place = new int[needed.length];
      List<Integer> list = new ArrayList<>();
      for (int row = 0; row < needed.length; row++) {
        if (needed[row]) {
          place[row] = list.size();
          list.add(row);
        }
      }
      rows = list.stream().mapToInt(Integer::intValue).toArray();
    }

    int[] rows() {
      return rows;
    }

    private int[] read(int text) {
      return switch (position) {
        case LAST -> new int[] {batch.lastRow(text)};
        case MEAN -> batch.rowsOf(text);
        case FIRST -> new int[] {batch.rowsOf(text)[0]};
      };
    }

    /** The same batch with every row. */
    Chosen all() {
      return new Chosen(batch, prompts, languages, true);
    }

    /** {@code [texts, chosen]}: averages each text over the tokens that are read of it. */
    INDArray pick(int[] texts) {
      float[][] pick = new float[texts.length][];
      for (int i = 0; i < texts.length; i++) {
        pick[i] = mean(read(texts[i]));
      }
      return Nd4j.createFromArray(pick);
    }

    void putMeans(String prefix, Map<String, INDArray> out) {
      if (config.retain() > 0) {
        out.put(prefix + TopGraph.MEAN_PICK, means(List.of(central)));
      }
      if (config.retainTargets() > 0) {
        out.put(prefix + TopGraph.TARGET_MEAN_PICK, means(targets));
      }
    }

    /**
     * {@code [prompts x languages, chosen]}: averages each text of these languages over its tokens,
     * the shared ones included.
     */
    private INDArray means(List<Integer> of) {
      float[][] pick = new float[prompts * of.size()][];
      for (int i = 0; i < pick.length; i++) {
        int text = i / of.size() * languages + of.get(i % of.size());
        pick[i] = mean(batch.rowsOf(text));
      }
      return Nd4j.createFromArray(pick);
    }

    private float[] mean(int[] of) {
      float[] out = new float[rows.length];
      for (int row : of) {
        out[place[row]] = 1f / of.length;
      }
      return out;
    }
  }
}
