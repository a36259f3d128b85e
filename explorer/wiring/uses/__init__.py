"""What wirings are used for, each as a tiny task that really runs."""

from explorer.wiring.uses.base import Example, Heard, Use
from explorer.wiring.uses.language import MEANING, NEXT, SENTIMENT, TAGGING
from explorer.wiring.uses.numbers import TRANSLATION
from explorer.wiring.uses.pictures import CAPTION
from explorer.wiring.uses.speech import SPEAKING, WRITING

USES: dict[str, Use] = {
    use.key: use
    for use in (CAPTION, SENTIMENT, TAGGING, NEXT, TRANSLATION, MEANING, SPEAKING, WRITING)
}
"""From the name of a use to its task."""

__all__ = ["USES", "Example", "Heard", "Use"]
