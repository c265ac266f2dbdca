"""The honest opponents: what a recurrent classifier must beat, trained on the same rows.

    majority            always the most frequent class
    tfidf_logistic      TF-IDF of words and word pairs, logistic regression
    mean_embedding      mean of learnt word vectors, linear (Iyyer et al. 2015; Joulin et al. 2016)
    convolution         one width-3 convolution, largest value over time (Kim 2014, arXiv 1408.5882)

None sees the test rows before it is judged; the strength of the regression's penalty is chosen on
the validation part, and the small nets stop early on it, as the recurrent model does.
"""
