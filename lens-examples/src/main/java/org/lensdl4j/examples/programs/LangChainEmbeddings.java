package org.lensdl4j.examples.programs;

import dev.langchain4j.data.embedding.Embedding;
import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.model.embedding.EmbeddingModel;
import dev.langchain4j.model.output.Response;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.lensdl4j.model.SentenceEncoder;

/**
 * A sentence encoder's directory, as {@code lens export} writes it, as an embedding model of
 * langchain4j: for its stores, retrievers and services. Arguments: the directory, and two texts,
 * whose cosine is printed.
 */
public record LangChainEmbeddings(SentenceEncoder encoder) implements EmbeddingModel {
  @Override
  public Response<List<Embedding>> embedAll(List<TextSegment> segments) {
    List<String> texts = segments.stream().map(TextSegment::text).toList();
    return Response.from(Arrays.stream(encoder.encode(texts)).map(Embedding::from).toList());
  }

  @Override
  public int dimension() {
    return encoder.dimension();
  }

  /** Compares two texts. */
  public static void main(String[] args) {
    if (args.length != 3) {
      throw new IllegalArgumentException("expected DIRECTORY TEXT TEXT");
    }
    PrintStream out = System.out;
    try (SentenceEncoder encoder = SentenceEncoder.open(Path.of(args[0]))) {
      EmbeddingModel model = new LangChainEmbeddings(encoder);
      float[] one = model.embed(args[1]).content().vector();
      float[] other = model.embed(args[2]).content().vector();
      double cosine = 0;
      for (int i = 0; i < one.length; i++) {
        cosine += one[i] * other[i];
      }
      out.println(cosine);
    }
  }
}
