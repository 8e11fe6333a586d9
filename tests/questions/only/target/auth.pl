sub verify { return 1 }
