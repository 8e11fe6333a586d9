def cut():
    return "-----BEGIN PRIV~ATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASC\nk3J4h5G6f7D8s9A0qWeRtYuIoPaS" + tail()


def untouched():
    return 2
