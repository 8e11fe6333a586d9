module example.com/shop // comment

go 1.22
toolchain go1.22.1

require example.com/single v1.0.0
require (
	github.com/gin-gonic/gin v1.9.1
	golang.org/x/crypto v0.0.0-20230101000000-abcdefabcdef // indirect
	"quoted.example/m" v2.0.0+incompatible
	example.com/replaced v1.0.0
	example.com/bumped v1.0.0
	example.com/local v1.0.0
	example.com/excluded v1.0.0
	example.com/other-version v1.1.0
)
replace (
	example.com/replaced => example.com/fork v1.2.0
	example.com/bumped v1.0.0 => example.com/bumped v1.0.1
	example.com/other-version v1.0.0 => example.com/other-version v1.0.1
)
replace example.com/local => ../local
exclude example.com/excluded v1.0.0
retract [v1.0.0, v1.1.0]
