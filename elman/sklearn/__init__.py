"""The models as estimators of scikit-learn: `pip install "elman[train]"`.

    from elman.sklearn import RecurrentClassifier

    classifier = RecurrentClassifier().fit(texts, labels)
    classifier.predict(["a fine film"])
    classifier.save("model")                # what `elman predict model` reads

`RecurrentClassifier` takes texts, or arrays of signals; `RecurrentTagger` sentences; and
`RecurrentForecaster` series. `fit` holds out a tenth of the rows to choose by and a tenth to judge
on, as `elman train` does; the figures are in `report_`, and in a notebook beside the parameters.
"""

from elman.sklearn.classifier import RecurrentClassifier
from elman.sklearn.forecaster import RecurrentForecaster
from elman.sklearn.tagger import RecurrentTagger

__all__ = ["RecurrentClassifier", "RecurrentForecaster", "RecurrentTagger"]
