require a.b/c main
