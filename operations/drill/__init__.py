"""What the cluster of docs/deployment.md withstands: set up by its own blocks, broken part by part, and counted. `make drill`."""
