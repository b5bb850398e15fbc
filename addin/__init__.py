"""What a clerk touches, and what each click computes."""
