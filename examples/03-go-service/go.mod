module ledger.example/service

go 1.22

require (
	github.com/go-chi/chi/v5 v5.1.0
	golang.org/x/time v0.5.0
)
