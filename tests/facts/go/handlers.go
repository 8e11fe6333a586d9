package main

func handles() error {
	if err != nil {
		return err
	}
	if _, err := open(); err != nil && retry {
		log.Print(err)
	}
	if readErr := read(); readErr != nil {
		return readErr
	}
	if nil != err {
		return err
	}
	if err == nil {
		ok()
	} else {
		bad()
	}
	if err == io.EOF {
		return nil
	}
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	var pathError *fs.PathError
	if errors.As(err, &pathError) {
		return nil
	}
	if os.IsNotExist(err) {
		return nil
	}
	switch {
	case err != nil:
		return err
	}
	switch err {
	case io.EOF, io.ErrUnexpectedEOF:
		return nil
	case nil:
	}
	switch e := err.(type) {
	case *MyError, net.Error:
		return nil
	default:
		return e
	}
	return rows.Err()
}

func nothing() error {
	if err != nil {
	}
	if err != nil {
		// only a comment
	}
	if user != nil {
		return nil
	}
	if err == nil {
		ok()
	}
	_ = mayFail()
	text := "if err != nil { return }"
	// if err != nil { return err }
	return err
}

func recovers() {
	defer func() {
		if r := recover(); r != nil {
			log.Print(r)
		}
	}()
	if rows.Err() != nil {
		return
	}
}
