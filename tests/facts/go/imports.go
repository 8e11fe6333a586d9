package main

import "fmt"
import h "net/http"
import (
	. "strings"
	_ "embed"

	"github.com/go-chi/chi/v5" // router
	yaml "gopkg.in/yaml.v3"
	`raw/path`
	// "commented/out"
)

const text = `import "in/string"`
