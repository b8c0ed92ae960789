"""Usage as the Administration API shows it: what is counted where, kept by the minute, drawn in time buckets."""
