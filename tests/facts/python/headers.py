SECURE_HSTS_SECONDS = 31536000
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = None


@app.after_request
def secure(response):
    response.headers["X-Frame-Options"] = "SAMEORIGIN"
    response.headers.setdefault("X-Default", value)
    response.headers.update({"X-One": "1", 'X-Two': f"{x}", name: "3"})
    response["X-Django"] = "d"
    return response


def view(request):
    made = make_response("x")
    made.headers["X-Made"] = "m"
    request.headers["X-Request"] = "no"
    session.headers.update({"Authorization": "no"})
    requests.get(url, headers={"X-Client": "no"})
    other = requests.get(url)
    other.headers["X-Other"] = "no"
    config["X-Config"] = "no"
    if response.headers["X-Read"] == "no": pass
    # response.headers["X-Comment"] = "no"
    raise HTTPException(401, headers={"WWW-Authenticate": "Bearer"})
    return JSONResponse({}, headers={"X-Json": "j"})


class Handler(RequestHandler):
    def get(self):
        self.set_header("X-Tornado", "t")
        self.send_header("X-Http", "h")


def decoded(response):
    response["message"] = "no"
    response["Vary"] = "Cookie"
    response["location"] = "/"
    made = HttpResponse()
    made["x"] = "y"
