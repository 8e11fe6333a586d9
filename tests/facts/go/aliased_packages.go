package main

import (
	errorspkg "errors"
	goos "os"

	"example.com/shop/errors"
)

func handles(err error) string {
	var missing *errors.Missing
	if errorspkg.As(err, &missing) {
		return "missing"
	}
	if denied, ok := errorspkg.AsType[*goos.PathError](err); ok {
		return denied.Path
	}
	if errorspkg.Is(err, errors.ErrGone) || goos.IsNotExist(err) {
		return "gone"
	}
	if other.Is(err, errors.ErrOther) {
		return "other"
	}
	return goos.Getenv("HOME")
}

func exits(args []string, mode string, level int) string {
	if len(args) == 0 {
		cobrautl.ExitWithError(cobrautl.ExitBadArgs, nil)
	}
	if mode == "" {
		klog.Exitf("no mode")
	}
	if level > 3 {
		report(ExitCode(level))
	}
	return run(args, mode, level)
}
