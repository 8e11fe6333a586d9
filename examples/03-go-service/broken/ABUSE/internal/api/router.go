// Package api is the HTTP face of the ledger.
package api

import (
	"net/http"

	"github.com/go-chi/chi/v5"
	"github.com/go-chi/chi/v5/middleware"

	"ledger.example/service/internal/ledger"
)

// Router gives the routes of the service. All but the health check need the token.
func Router(books *ledger.Ledger, token string) http.Handler {
	handlers := &Handlers{books: books}

	r := chi.NewRouter()
	r.Use(middleware.Recoverer)
	r.Use(harden)
	r.Get("/health", health)
	r.Group(func(r chi.Router) {
		r.Use(requireToken(token))
		r.Get("/accounts/{account}", handlers.Balance)
		r.Post("/transfers", handlers.Transfer)
	})
	return r
}
