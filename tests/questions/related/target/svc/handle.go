package svc

func handle(token string) bool {
	return Verify(token)
}
