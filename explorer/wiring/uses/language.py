"""Sentences of a made-up scrap of English: their sentiment, their tags, their next word."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from explorer.wiring.uses.base import Example, Heard, Use


@dataclass(frozen=True)
class Language(Use):
    """A use that reads words, one at a step."""

    def hear(self, text, rng):
        words, remark = self.known(text)
        return Heard(self.one_hot(self.reads, words), tuple(words), remark)

    def example(self, words: list[str], answers: list[str], scored: list[bool]) -> Example:
        """Put one example together."""
        wanted = self.one_hot(self.says, answers)
        return Example(
            self.one_hot(self.reads, words), wanted, np.array(scored, float), " ".join(words)
        )


THINGS = ("film", "book", "play", "song", "story")
GOOD, BAD = ("good", "great", "lovely", "funny"), ("bad", "awful", "boring", "sad")


@dataclass(frozen=True)
class Sentiment(Language):
    """Good or bad; a “not” turns it round, wherever it stands before the adjective."""

    def draw(self, rng):
        good, turned = (bool(flip) for flip in rng.random(2) < 0.5)
        words = [*(["honestly"] * (rng.random() < 0.4)), rng.choice(["the", "this"])]
        words += [rng.choice(THINGS), rng.choice(["is", "was"])]
        words += ["not"] * turned + [rng.choice(["very", "really"])] * (rng.random() < 0.5)
        words += [rng.choice(GOOD if good else BAD)] + ["today"] * (rng.random() < 0.3)
        return self.example([str(w) for w in words], [self.says[int(good != turned)]], [True])


AMBIGUOUS = ("watch", "paint", "play", "love", "plant", "fish")
PRONOUNS, ARTICLES, OLD = ("i", "we", "they"), ("the", "a", "my"), ("old", "red", "big")


@dataclass(frozen=True)
class Tagging(Language):
    """Noun or verb: each of these words can be both, and what stands before it decides."""

    def draw(self, rng):
        def noun():
            old = [str(rng.choice(OLD))] * int(rng.integers(3) > 0)
            words = [str(rng.choice(ARTICLES)), *old, str(rng.choice(AMBIGUOUS))]
            return words, ["article", *["adjective"] * len(old), "noun"]

        first = ([str(rng.choice(PRONOUNS))], ["pronoun"]) if rng.random() < 0.5 else noun()
        last, verb = noun(), str(rng.choice(AMBIGUOUS))
        words = [*first[0], verb, *last[0]]
        return self.example(words, [*first[1], "verb", *last[1]], [w in AMBIGUOUS for w in words])


EITHER, BAGS = ("light", "cold", "orange", "kind"), ("bag", "box", "drink")


@dataclass(frozen=True)
class ByMeaning(Language):
    """Noun or adjective: only the word after it decides, which one direction has not read yet."""

    def draw(self, rng):
        def phrase():
            words = [str(rng.choice(ARTICLES)), str(rng.choice(EITHER))]
            if rng.random() < 0.5:
                return words, ["article", "noun"]
            return [*words, str(rng.choice(BAGS))], ["article", "adjective", "noun"]

        words, tags = phrase()
        words, tags = [*words, str(rng.choice(["fell", "came", "helped"]))], [*tags, "verb"]
        if words[-1] == "helped":
            more = phrase()
            words, tags = words + more[0], tags + more[1]
        words, tags = [*words, str(rng.choice(["today", "again"]))], [*tags, "adverb"]
        return self.example(words, tags, [w in EITHER for w in words])


HABITS = {"cat": "drinks milk", "horse": "drinks water", "dog": "eats meat", "cow": "eats grass"}
SEEN = ("old", "small", "hungry")


@dataclass(frozen=True)
class NextWord(Language):
    """What comes next: “drinks” alone does not tell, the animal two words before does."""

    def draw(self, rng):
        animal = str(rng.choice(list(HABITS)))
        seen = [str(w) for w in rng.choice(SEEN, int(rng.integers(3)), replace=False)]
        does, what = HABITS[animal].split()
        often = ["often"] * int(rng.random() < 0.5)
        words = ["the", *seen, animal, *often, does, what]
        following = [*words[1:], "."]
        return self.example(words, following, [word == what for word in following])


SENTIMENT = Sentiment(
    "sentiment", "sentiment", "many_to_one",
    "Is the sentence good or bad? A “not” turns it round, so no single word can tell.",
    "the one answer", "this film was not really good",
    ("honestly", "the", "this", *THINGS, "is", "was", "not", "very", "really", *GOOD, *BAD,
     "today"),
    ("bad", "good"),
)  # fmt: skip
TAGGING = Tagging(
    "tagging", "tagging", "aligned",
    "Which part of speech is each word? Each of watch, paint, play, love, plant and fish can be "
    "noun and verb; what stands before it decides.",
    "the words that can be both", "we watch the old play",
    (*PRONOUNS, *ARTICLES, *OLD, *AMBIGUOUS),
    ("pronoun", "article", "adjective", "noun", "verb"), updates=120,
)  # fmt: skip
NEXT = NextWord(
    "next", "next word", "aligned",
    "Which word comes next? The animal decides what is drunk or eaten, up to three words later.",
    "the last word of each sentence", "the small cat often drinks milk",
    ("the", *SEEN, *HABITS, "often", "drinks", "eats", "milk", "water", "meat", "grass"),
    (*SEEN, *HABITS, "often", "drinks", "eats", "milk", "water", "meat", "grass", "."),
)  # fmt: skip
MEANING = ByMeaning(
    "right", "tagging by what follows", "bidirectional",
    "Which part of speech is each word? Light, cold, orange and kind are adjectives before a noun "
    "and nouns before a verb: only the word to the right tells.",
    "the words that can be both", "the light bag helped the cold again",
    (*ARTICLES, *EITHER, *BAGS, "fell", "came", "helped", "today", "again"),
    ("article", "adjective", "noun", "verb", "adverb"), updates=120,
)  # fmt: skip
