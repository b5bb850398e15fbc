"""Write the reviewed files of all sentences again: `python -m tests.sentences`."""

from tests.sentences.composed import messages
from tests.sentences.reviewed import MESSAGES, SENTENCES, sentences

if __name__ == "__main__":
    SENTENCES.write_text(sentences(), encoding="utf-8")
    MESSAGES.write_text(messages(), encoding="utf-8")
