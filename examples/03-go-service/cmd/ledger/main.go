// Command ledger serves the accounts of a small company over HTTP.
package main

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"

	"ledger.example/service/internal/api"
	"ledger.example/service/internal/ledger"
)

func main() {
	if err := run(); err != nil {
		slog.Error("the service stopped", "error", err)
		os.Exit(1)
	}
}

func run() error {
	token := os.Getenv("LEDGER_TOKEN")
	if token == "" {
		return errors.New("LEDGER_TOKEN is not set")
	}

	server := &http.Server{
		Addr:              ":8080",
		Handler:           api.Router(ledger.New(), token),
		ReadHeaderTimeout: 5 * time.Second,
		WriteTimeout:      10 * time.Second,
	}

	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	go func() {
		<-ctx.Done()
		_ = server.Shutdown(context.Background())
	}()

	if err := server.ListenAndServe(); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}
