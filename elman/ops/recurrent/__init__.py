"""One recurrent layer, of rnn, gru or lstm: the equations, torch's own, C++ and Triton."""
