"""SecureNet and BMS ID: access for regulated institutions."""
