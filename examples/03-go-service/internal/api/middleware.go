package api

import (
	"crypto/subtle"
	"net/http"

	"golang.org/x/time/rate"
)

// requireToken refuses a request without the bearer token, in constant time.
func requireToken(token string) func(http.Handler) http.Handler {
	wanted := []byte("Bearer " + token)
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			given := []byte(r.Header.Get("Authorization"))
			if subtle.ConstantTimeCompare(given, wanted) != 1 {
				http.Error(w, "a bearer token is needed", http.StatusUnauthorized)
				return
			}
			next.ServeHTTP(w, r)
		})
	}
}

// limit refuses what comes too fast.
func limit(limiter *rate.Limiter) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if !limiter.Allow() {
				http.Error(w, "too many requests", http.StatusTooManyRequests)
				return
			}
			next.ServeHTTP(w, r)
		})
	}
}

// harden sets the headers that every answer carries.
func harden(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-Content-Type-Options", "nosniff")
		w.Header().Set("Cache-Control", "no-store")
		next.ServeHTTP(w, r)
	})
}
