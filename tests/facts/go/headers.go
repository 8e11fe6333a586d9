package main

func handler(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("X-Frame-Options", "DENY")
	w.Header().Add(`X-Raw`, computed())
	w.Header()["X-Index"] = []string{"indexed"}
	h := w.Header()
	h.Set("X-Variable", "v")
	resp.Header.Set("X-Response", "r")
	c.Header("X-Gin", "g")
	c.Response().Header().Set(echo.HeaderXFrameOptions, "SAMEORIGIN")
	c.Writer.Header().Set("X-Writer", "w")
	ctx.Response.Header.Set("X-Fast", "f")

	r.Header.Set("X-In", "1")
	req.Header.Add("X-Out", "1")
	request.Header.Set("X-Out2", "1")
	w.Header().Get("X-Got")
	w.Header().Del("X-Deleted")
	cache.Set("X-Cache", "no header")
	c.Set("user", "context value")
	// w.Header().Set("X-Commented", "1")
	s := `w.Header().Set("X-In-String", "1")`
}
