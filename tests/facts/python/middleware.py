MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",  # "commented.Middleware",
    'corsheaders.middleware.CorsMiddleware',
] + ["plus.Middleware"]
MIDDLEWARE += ["late.Middleware"]
MIDDLEWARE.insert(0, "first.Middleware")
MIDDLEWARE_CLASSES = ["old.Middleware"]
NOT_MIDDLEWARE = ["other.Middleware"]

app = FastAPI(middleware=[Middleware(GZipMiddleware, minimum_size=1)])
app.add_middleware(CORSMiddleware, allow_origins=["*"])
app.add_middleware(pkg.AuthMiddleware)
# app.add_middleware(Commented)


@app.middleware("http")
async def timing(request, call_next):
    return await call_next(request)


@app.before_request
def authenticate(): pass


@before_request
def unrelated(): pass


bp.after_request(harden)
app.wsgi_app = ProxyFix(app.wsgi_app, x_for=1)
web.Application(middlewares=[error_middleware, session_middleware(storage)])
print(CORSMiddleware)
