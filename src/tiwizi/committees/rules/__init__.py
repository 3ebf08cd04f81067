"""Pure answers of committees: who sits, who is there, what a vote decided, who is competent, what may happen next."""
