"""How transcripts gives out and erases what it holds about a person."""

from services.transcripts.personal_data import REGISTER
from shared.events import TranscriptsCopyWritten, TranscriptsErasureFinished
from shared.my_data.keeping import MyData

MY_DATA = MyData(REGISTER, TranscriptsCopyWritten, TranscriptsErasureFinished)
