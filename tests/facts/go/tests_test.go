package shop

func TestAuth(t *testing.T) {
	t.Run("rejects none", func(t *testing.T) {
		t.Run("deep", func(t *testing.T) {
			t.Skip("later")
		})
	})
	t.Run(name, func(t *testing.T) {})
	client.Run("not a test", f)
	// t.Run("commented", nil)
}

func TestSkipped(t *testing.T) {
	setup()
	t.Skip("broken")
}

func TestWhenShort(t *testing.T) {
	if testing.Short() {
		t.Skip("short")
	}
}

func Test_underscore(t *testing.T) {}
func Test(t *testing.T)            {}
func Testify(t *testing.T)         {}
func TestHelper(a int)             {}
func TestNothing()                 {}
func TestMain(m *testing.M)        {}
func BenchmarkAuth(b *testing.B)   {}
func ExampleAuth()                 {}
func FuzzParse(f *testing.F)       {}

type AuthSuite struct {
	suite.Suite
}

func (s *AuthSuite) TestLogin() {
	s.Run("with token", func() {})
}
func (s *AuthSuite) SetupTest() {}
func (s *Other) TestElsewhere() {}
