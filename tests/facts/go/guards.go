package main

func first(name, other string) error {
	if name == "" {
		return errors.New("empty")
	}
	store(name, other)
	if other == "" {
		return errors.New("empty")
	}
	return nil
}

func onlyLogs(name string) {
	if name == "" {
		log.Println("empty")
	}
	store(name)
}

func validators(input *Request, port string, id string, mail string, unchecked string) error {
	if err := validate.Struct(input); err != nil {
		return err
	}
	n, err := strconv.Atoi(port)
	u, err := uuid.Parse(id)
	validateEmail(mail)
	uncheck(unchecked)
	return nil
}

func switches(kind string, level int, v any, quiet int) {
	switch kind {
	case "a":
	default:
		return
	}
	switch {
	case level > 3:
		panic("level")
	}
	switch x := v.(type) {
	case string:
		return
	}
	switch quiet {
	case 1:
		run()
	}
}

func aborts(a, b, c, d int) {
	if a < 0 {
		panic("a")
	}
	if b < 0 {
		os.Exit(1)
	}
	if len(c) > 3 || c == nil {
		log.Fatalf("c")
	} else {
		ok()
	}
	if store(d) {
		return
	}
}

func nested(limit int, hidden int) {
	check := func(n int) {
		if n > limit {
			return
		}
	}
	f := func(hidden int) {
		if hidden > 1 {
			return
		}
	}
}

func (s *Server) method(s2 string, patterns ...string) {
	if !strings.HasPrefix(s2, "/") {
		return
	}
	for _, p := range patterns {
		use(p)
	}
}
