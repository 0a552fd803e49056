"""What `make bench` measures; see README.md here for what each figure means."""
