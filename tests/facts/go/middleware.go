package main

import "github.com/go-chi/chi/v5"

func routes() {
	r := chi.NewRouter()
	r.Use(middleware.Logger, requireAuth)
	r.Use(cors.New(cors.Options{}).Handler)
	r.Use(gin.Recovery())
	r.Use(auth.Require("admin"))
	r.Use(func(next http.Handler) http.Handler { return next })
	r.With(paginate).Get("/", list)
	r.Group(func(r chi.Router) { r.Use(inner) })
	app.Use("/api", limiter.New())
	app.Use(&Custom{}, secure.Default())
	alice.New(first, pkg.Second).Then(final)
	grpc.NewServer(grpc.ChainUnaryInterceptor(logUnary, authUnary))

	db.Use(plugin)
	r.Get("/", index)
	// r.Use(commented)
	s := "r.Use(inString)"
}
