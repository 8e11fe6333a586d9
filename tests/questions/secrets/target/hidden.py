def name():
    return "internal-falcon"
