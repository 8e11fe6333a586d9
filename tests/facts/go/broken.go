package main

func sound() { one() }

func broken() {
	x := = 3
	two()
}

func after() { three() }
