"""Networks that read Python's documentation letter by letter: what the page about text opens with.

python -m assets.make.characters
"""

import platform
from itertools import islice

import numpy as np

import explorer  # noqa: F401 - one BLAS thread, before any work is done
from explorer import assets
from explorer.cells import CELLS
from explorer.learning.model import Model
from explorer.learning.optimisers import Adam
from explorer.learning.rules.bptt import BPTT
from explorer.learning.schedules import Cosine
from explorer.learning.tasks.characters import Characters
from explorer.learning.training import train
from explorer.text.corpus import documentation
from explorer.text.vocabulary import Vocabulary, numbered

SCRIPT = "assets/make/characters.py"
RATES = {"LSTM": 0.003, "GRU": 0.003, "Elman": 0.001}
H, T, B, SEED, CLIP, UPDATES = 128, 80, 32, 0, 1.0, 8000
# Nats a letter on text that was never trained on; the present letter alone leaves 2.4. Other
# versions of Python have other topics, hence some room.
BOUND = {"LSTM": 1.9, "GRU": 1.9, "Elman": 2.1}


def parts() -> tuple[str, str]:
    """Return the text to learn from and the last tenth of it, kept for the test."""
    text = documentation()
    cut = text.index("\n", 9 * len(text) // 10)
    return text[:cut], text[cut:]


def judged(model: Model, vocabulary: Vocabulary) -> float:
    """Return the loss in nats a letter on 64 stretches of 200 letters of the kept text."""
    numbers = vocabulary.encode(parts()[1])
    at = np.random.default_rng([SEED, 9]).integers(len(numbers) - 200, size=64)
    read = numbers[at + np.arange(201)[:, None]]
    y = model.film(np.eye(len(vocabulary), dtype=model.dtype)[read[:-1]]).y
    return Characters.objective.value(y, read[1:], np.ones(read[1:].shape))


def loss(kept: assets.Asset) -> float:
    """Return the loss of what was kept."""
    return judged(kept.model, Vocabulary(kept.about["letters"]))


def trained(cell: str) -> tuple[Model, Vocabulary]:
    """Train one network."""
    text, _ = parts()
    task, (vocabulary, _) = Characters(T=T, text=text), numbered(text)
    start = Model.init(np.random.default_rng([SEED, 0]), CELLS[cell], task.D, H, task.O)
    updates = train(
        start, task, BPTT(), Adam(RATES[cell]), B=B, seed=SEED, clip=CLIP,
        schedule=Cosine(UPDATES, 0.02),
    )  # fmt: skip
    for last in islice(updates, UPDATES):
        if last.index % 500 == 0:
            print(cell, last.index, round(last.loss, 3), flush=True)
    assert not last.trouble, last.trouble
    return last.after.model, vocabulary


def make() -> None:
    """Train and keep them all."""
    for cell in RATES:
        model, vocabulary = trained(cell)
        about = {
            "script": SCRIPT, "seed": SEED, "loss": judged(model, vocabulary), "bound": BOUND[cell],
            "task": "Characters", "letters": vocabulary.letters,
            "settings": {
                "text": "pydoc_data.topics, the first nine tenths",
                "python": platform.python_version(), "H": H, "T": T, "B": B, "updates": UPDATES,
                "optimiser": "Adam", "rate": RATES[cell], "schedule": "cosine to 2 %",
                "clip": CLIP, "rule": "BPTT",
            },
        }  # fmt: skip
        print(assets.keep_model(f"characters-{cell}", model, about).name, about["loss"])


if __name__ == "__main__":
    make()
