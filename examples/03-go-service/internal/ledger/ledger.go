// Package ledger keeps accounts. Money moves, it never appears.
package ledger

import (
	"errors"
	"fmt"
	"sync"
)

// Reasons why a transfer is refused.
var (
	ErrAmount  = errors.New("the amount must be positive")
	ErrAccount = errors.New("no such account")
	ErrFunds   = errors.New("not enough money")
)

// Ledger holds balances in cents, by account.
type Ledger struct {
	mu       sync.Mutex
	balances map[string]int64
}

// New gives a ledger with two accounts, one of them full.
func New() *Ledger {
	return &Ledger{balances: map[string]int64{"treasury": 1_000_000, "petty-cash": 0}}
}

// Balance gives the cents in an account.
func (l *Ledger) Balance(account string) (int64, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	cents, ok := l.balances[account]
	if !ok {
		return 0, fmt.Errorf("%w: %s", ErrAccount, account)
	}
	return cents, nil
}

// Transfer moves cents from one account to another, all or nothing.
func (l *Ledger) Transfer(from, to string, cents int64) error {
	if err := checkAmount(cents); err != nil {
		return err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if _, ok := l.balances[to]; !ok {
		return fmt.Errorf("%w: %s", ErrAccount, to)
	}
	if l.balances[from] < cents {
		return ErrFunds
	}
	l.balances[from] -= cents
	l.balances[to] += cents
	return nil
}

func checkAmount(cents int64) error {
	if cents <= 0 {
		return ErrAmount
	}
	return nil
}
