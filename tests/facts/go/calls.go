package main

func caller(s *Server) {
	// commented()
	text := "inString()"
	pkg.Fn(inner())
	s.db.Query("q")
	s.db.Begin().Commit()
	handlers[0](x)
	go s.run()
	defer s.mu.Unlock()
	defer func() { cleanup() }()
	func() { immediately() }()
	(*s).pointer()
	generic[int](3)
	pkg.Generic[string, int](3)
	x.(Doer).Do()
	[]byte("conversion")
	string(bytes)
	make([]int, 3)
	new(Thing)
	&http.Client{}
	(&http.Client{}).Do(req)
	if ok := check(a); !ok {
		fallback()
	}
	s.method
	run(func(n int) { nested(n) })
	variadic(list...)
	s.
		chained().
		overLines()
}

var atTop = compute()

func after() { last() }
