"""Reading an answer and checking its text: extraction, and the allow-list over the syntax tree."""
