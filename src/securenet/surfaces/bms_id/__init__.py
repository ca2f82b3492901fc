"""The internet door for members with granted functions of BMS ID."""
