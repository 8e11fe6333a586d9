package main

const envLevel = "LEVEL"

const (
	envMode      = "MODE"
	envKey, list = "KEY", "LIST"
	computed     = "A" + "B"
)

var changed = "FIRST"

func level() string { return os.Getenv(envLevel) }

func reads(given string) {
	region := "REGION"
	os.LookupEnv(region)
	os.Getenv(envMode)
	os.Getenv(list)
	os.Getenv(computed)
	os.Getenv(given)
	os.Getenv(changed)
	os.Getenv(pkg.Foreign)
	os.Setenv(envKey, "x")
	for _, each := range []string{"A"} {
		os.Getenv(each)
	}
	flag := "FLAG"
	bind(&flag)
	os.Getenv(flag)
	twice := "ONE"
	os.Getenv(twice)
}

func later() {
	changed = "SECOND"
	twice := "TWO"
	_ = twice
}
