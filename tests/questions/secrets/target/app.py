def connect():
    password = "hJ~7#kk2pQz91mX"
    return open_db(password, "gh~p_A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q7r8")
