"""The pages of cases: the list, opening one, and one with what is said in it."""
