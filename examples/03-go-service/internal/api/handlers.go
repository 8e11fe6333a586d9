package api

import (
	"encoding/json"
	"errors"
	"net/http"

	"github.com/go-chi/chi/v5"

	"ledger.example/service/internal/ledger"
)

const maxBody = 4 << 10

// Handlers answer requests from the books.
type Handlers struct {
	books *ledger.Ledger
}

type transfer struct {
	From  string `json:"from"`
	To    string `json:"to"`
	Cents int64  `json:"cents"`
}

// Balance answers how much an account holds.
func (h *Handlers) Balance(w http.ResponseWriter, r *http.Request) {
	cents, err := h.books.Balance(chi.URLParam(r, "account"))
	if err != nil {
		refuse(w, err)
		return
	}
	answer(w, map[string]int64{"cents": cents})
}

// Transfer moves money between two accounts.
func (h *Handlers) Transfer(w http.ResponseWriter, r *http.Request) {
	body := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxBody))
	body.DisallowUnknownFields()
	var order transfer
	if err := body.Decode(&order); err != nil {
		http.Error(w, "the body is no transfer", http.StatusBadRequest)
		return
	}
	if err := h.books.Transfer(order.From, order.To, order.Cents); err != nil {
		refuse(w, err)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

func health(w http.ResponseWriter, _ *http.Request) {
	answer(w, map[string]string{"status": "up"})
}

func answer(w http.ResponseWriter, body any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(body)
}

// refuse says what the caller did wrong, and nothing about us.
func refuse(w http.ResponseWriter, err error) {
	status := http.StatusUnprocessableEntity
	if errors.Is(err, ledger.ErrAccount) {
		status = http.StatusNotFound
	}
	http.Error(w, err.Error(), status)
}
