import os
from os import environ, getenv
a = os.environ["PLAIN"]
b = os.environ.get("WITH_DEFAULT", "x")
c = getenv('GETENV') or os.getenv(key="KEYWORD")
d = environ.get("IMPORTED")
e = env("DJANGO"); f = env.str("TYPED", default="")
os.environ["WRITTEN"] = "1"
del os.environ["DELETED"]
g = os.environ[name]
h = os.environ[f"PREFIX_{name}"]
if "MEMBER" in os.environ: pass
# os.environ["COMMENTED"]
i = "os.environ['QUOTED']"
j = f"{os.environ['BRACES']}"
k = config["NOT_ENV"]
l = settings.env.get("NOT_ENV")
