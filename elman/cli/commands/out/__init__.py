"""Commands that take models out of this machine's shell: services and exports."""
