"""What `satsuma doctor` looks at: the machine, the settings, the data. Checks give findings and change nothing."""
