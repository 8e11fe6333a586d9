package newer

type Box[T any] struct{ value *T }

// Go 1.26: new takes an expression.
func values(limit int) []*uint64 {
	floor := new(uint64(5))
	ceiling := new(max(uint64(limit), 7))
	name := new("literal")
	plain := new(Box[int])
	list, table := new([]int), new(map[string]int)
	pair := new(Box[int]{value: new(3)})
	renew(name, plain, list, table, pair)
	return []*uint64{floor, ceiling}
}

// Go 1.27: methods have type parameters.
func (b Box[T]) Map[U any, K map[string]U](f func(T) U) Box[U] {
	return wrap(f(*b.value))
}

func text() string {
	return `
func (b Box[T]) Fake[U any](f func(T) U) { ghost() }
new(ghost())
`
}

func after() { kept() }
