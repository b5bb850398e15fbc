"""Write the reviewed file of all sentences again: `python -m tests.sentences`."""

from tests.sentences.reviewed import SENTENCES, sentences

SENTENCES.write_text(sentences(), encoding="utf-8")
