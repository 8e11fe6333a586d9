package shop

// func InComment() {}
/* type InBlock struct{} */
const text = "func InString() {}"

var raw = `
func InRaw() {}
type RawType struct{}
`

func Free[T any](a, b T, rest ...int) (out T, err error) {
	local := func(n int) int { return n }
	var declared = func(m int) {}
	assigned = func() {}
	type inner struct{ x int }
	func(ignored int) {}(1)
	first, second := func() {}, func(y int) {}
	return a, nil
}

func (s *Server) Handle(w http.ResponseWriter, r *http.Request) {}
func (s Server) byValue()                                       {}
func (Server) NoName()                                          {}
func (p *Pair[K, V]) Put(k K, v V)                              {}
func (p Pair[K, V]) Get(k K) V                                  { return p.v }
func (o *Elsewhere) Method()                                    {}

func assembly(x int) int

var top = func(z int) {}
var typed func(int) = func(z int) {}
var (
	grouped = func() {}
	value   = 3
)

type Server struct {
	*http.Server
	sync.Mutex
	Base[int]
	name, other string
	hook        func(inner int) error
}

type (
	Store interface {
		io.Reader
		Get(ctx context.Context, key string) (value string, err error)
		close()
		~int | ~string
	}
	ID      string
	Alias   = Server
	Handler func(w http.ResponseWriter) error
	Pair[K comparable, V any] struct {
		k K
		v V
	}
)

type Literal = struct{ Field int }

var _ = Server{hook: func(n int) error { return nil }}
