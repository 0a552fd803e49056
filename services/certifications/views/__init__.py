"""What is shown: facts, rows and programme data put together, by use case."""
