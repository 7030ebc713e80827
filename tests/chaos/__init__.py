"""What is sent while workers are killed and databases fail: nothing is lost, little comes twice, all in order."""
