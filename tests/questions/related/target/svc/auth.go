package svc

// Verify checks.
func Verify(token string) bool {
	return token != ""
}
