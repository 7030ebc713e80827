"""Which country, organisation or group a name stands for."""
