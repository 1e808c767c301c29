"""The costing rules: standard library only. README.md in this folder gives them in prose, with worked examples."""
