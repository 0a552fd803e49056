"""The use cases of exams: taking in what vendors say, and finding whom it concerns."""
