package svc

import "testing"

func TestVerify(t *testing.T) {
	t.Run("empty", func(t *testing.T) {
		if Verify("") {
			t.Fatal("empty")
		}
	})
}
