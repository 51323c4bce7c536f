package org.lensdl4j.model.weights;

/**
 * Where one tensor lies.
 *
 * @param info name, type and shape as the model sees them
 * @param file the file
 * @param offset of the first byte in the file
 * @param pairedRows 0, or the rows of one attention head whose two halves the file holds
 *     interleaved, as llama.cpp does: row {@code 2j + s} of a head is Hugging Face's row {@code s *
 *     pairedRows / 2 + j}
 * @param transposed whether the file holds the model's columns as rows
 * @param added added to the model's values in the file
 */
record StoredTensor(
    TensorInfo info,
    RandomAccess file,
    long offset,
    int pairedRows,
    boolean transposed,
    float added) {

  /** A tensor that lies as the model has it. */
  StoredTensor(TensorInfo info, RandomAccess file, long offset, int pairedRows) {
    this(info, file, offset, pairedRows, false, 0);
  }

  DType dtype() {
    return info.dtype();
  }

  /** Rows: all but the last dimension. A permuted vector has one element a row. */
  long rows() {
    if (info.shape().isEmpty()) {
      return 1;
    }
    return pairedRows > 0 ? info.shape().get(0) : info.elements() / Math.max(1, columns());
  }

  /** Elements of one row. */
  long columns() {
    int rank = info.shape().size();
    if (rank == 0 || (rank == 1 && pairedRows > 0)) {
      return 1;
    }
    return info.shape().get(rank - 1);
  }

  long rowBytes() {
    return columns() / dtype().blockElements() * dtype().blockBytes();
  }

  long bytes() {
    return info.elements() / dtype().blockElements() * dtype().blockBytes();
  }

  /** The row of the file that holds row {@code row} of the model. */
  long storedRow(long row) {
    if (pairedRows == 0) {
      return row;
    }
    long head = row / pairedRows;
    int within = (int) (row % pairedRows);
    int half = pairedRows / 2;
    return head * pairedRows + 2L * (within % half) + within / half;
  }
}
