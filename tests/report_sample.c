/* usage: report_sample SAMPLE FORMAT [colour|live]: renders a sample to standard output. Also linked into the unit tests. */
