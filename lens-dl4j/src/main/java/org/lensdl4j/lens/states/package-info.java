/**
 * The one room for hidden states: texts in, states of any layer out, computed once per weights,
 * tokens and layer and kept on disk (docs/adr/0015). Everything kept can be deleted at any time.
 */
package org.lensdl4j.lens.states;
