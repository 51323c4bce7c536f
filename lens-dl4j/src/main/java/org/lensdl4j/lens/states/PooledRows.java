package org.lensdl4j.lens.states;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.lensdl4j.model.trunk.HiddenStates;
import org.lensdl4j.model.trunk.Pooling;

/**
 * One state, or several, per text of a company of consecutive layers: from an entry of the cache,
 * or from a pass that is under way, of which an entry is made.
 */
final class PooledRows implements AutoCloseable {
  private final StateCache cache;
  private final Company company;
  private final String key;
  private final List<Pooling> poolings;
  private final boolean kept;
  private final StateCache.Draft draft;
  private final List<PooledFile> files;
  private final List<float[][]> now = new ArrayList<>();

  PooledRows(States states, Company company, String key, List<Pooling> poolings) {
    this.company = company;
    this.key = key;
    this.poolings = poolings;
    cache = states.cache().orElse(null);
    int d = states.model().config().hiddenSize();
    List<PooledFile> found =
        cache == null ? null : cache.find(key, folder -> open(folder, d)).orElse(null);
    kept = found != null;
    draft = kept || cache == null ? null : cache.draft();
    files = kept ? found : draft == null ? List.of() : create(d);
  }

  private List<PooledFile> open(Path folder, int d) throws IOException {
    List<PooledFile> out = new ArrayList<>();
    for (Pooling pooling : poolings) {
      out.add(PooledFile.open(folder.resolve(pooling.name()), company.size(), d));
    }
    return out;
  }

  private List<PooledFile> create(int d) {
    return poolings.stream()
        .map(p -> PooledFile.create(draft.folder().resolve(p.name()), company.size(), d))
        .toList();
  }

  Company company() {
    return company;
  }

  /** Whether all layers are there already. */
  boolean kept() {
    return kept;
  }

  /** Takes the next layer's rows from states. */
  void read(HiddenStates states) {
    next(poolings.stream().map(p -> p.of(states)).toList());
  }

  /** Takes the next layer's rows. */
  void next(List<float[][]> rows) {
    now.clear();
    now.addAll(rows);
    for (int p = 0; p < files.size(); p++) {
      files.get(p).add(rows.get(p));
    }
  }

  /** Rows of a layer that is kept, or of the one read last. */
  float[][] layer(int pooling, int number) {
    return kept ? files.get(pooling).layer(number) : now.get(pooling);
  }

  /** Rows of a layer that is kept, of every position. */
  List<float[][]> kept(int number) {
    return files.stream().map(f -> f.layer(number)).toList();
  }

  /** All layers have been read: they are kept from now on. */
  void keep() {
    if (draft != null) {
      files.forEach(PooledFile::close);
      draft.keep(key);
    }
  }

  @Override
  public void close() {
    files.forEach(PooledFile::close);
    if (draft != null) {
      draft.close();
    }
  }
}
