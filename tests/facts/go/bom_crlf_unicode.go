package main

// é 漢字
func größe(naïve string) {
	if naïve == "🦀" {
		return
	}
	öffne("漢字")
}
