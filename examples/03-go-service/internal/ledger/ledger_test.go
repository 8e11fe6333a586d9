package ledger

import (
	"errors"
	"testing"
)

func TestTransferMovesMoney(t *testing.T) {
	l := New()
	if err := l.Transfer("treasury", "petty-cash", 500); err != nil {
		t.Fatal(err)
	}
	if cents, _ := l.Balance("petty-cash"); cents != 500 {
		t.Errorf("petty-cash holds %d", cents)
	}
}

func TestTransferRefusesNegativeAmounts(t *testing.T) {
	if err := New().Transfer("treasury", "petty-cash", -1); !errors.Is(err, ErrAmount) {
		t.Errorf("got %v", err)
	}
}

func TestTransferRefusesOverdraft(t *testing.T) {
	if err := New().Transfer("petty-cash", "treasury", 1); !errors.Is(err, ErrFunds) {
		t.Errorf("got %v", err)
	}
}
