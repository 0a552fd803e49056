"""Pure rules: what a vendor may say, and when two statements are the same."""
