package main

import "github.com/urfave/cli/v2"

type Config struct {
	Port  int    `env:"PORT,required" json:"port"`
	Host  string `json:"host" envconfig:"HOST_NAME"`
	Plain string `json:"plain"`
	Skip  string `env:"-"`
}

func reads(name string) {
	os.Getenv("HOME")
	value, ok := os.LookupEnv(`RAW`)
	os.Getenv(name)
	os.Setenv("WRITTEN", "x")
	viper.BindEnv("key", "BOUND")
	// os.Getenv("COMMENTED")
	text := "os.Getenv(\"IN_STRING\")"
	_ = &cli.StringFlag{Name: "x", EnvVars: []string{"FLAG_A", "FLAG_B"}}
}
