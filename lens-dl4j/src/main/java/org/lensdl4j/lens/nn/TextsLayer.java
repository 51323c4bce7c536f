package org.lensdl4j.lens.nn;

import java.util.Collection;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.samediff.SameDiffLayer;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** A layer over the states of whole texts, {@code [batch, time, hidden]}, with a mask. */
abstract class TextsLayer extends SameDiffLayer {
  private static final long serialVersionUID = 1L;

  @Override
  public INDArray onesMaskForInput(INDArray input) {
    return Nd4j.ones(input.dataType(), input.size(0), input.size(1));
  }

  @Override
  public Layer instantiate(
      NeuralNetConfiguration conf,
      Collection<TrainingListener> listeners,
      int layerIndex,
      INDArray paramsView,
      boolean initializeParams,
      DataType networkType) {
    return GraphLayer.of(conf, this, layerIndex, paramsView, initializeParams, networkType);
  }
}
