"""Pure mathematics: arrays in, answers with proofs out; imports nothing of ours but itself."""
