"""Between a socket and the routes: the process, its connections, and the gate."""
