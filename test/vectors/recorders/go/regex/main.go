// Prints what Go's regexp, the engine of sops, says of each expression.
package main

import (
	"encoding/json"
	"os"
	"regexp"
)

type vector struct {
	Source  string   `json:"source"`
	Error   string   `json:"error,omitempty"`
	Matches []string `json:"matches,omitempty"`
}

func main() {
	texts := []string{
		"", "data", "stringData", "mydata", "DATA", "password", "a", "b", "ab", "aab", "abc", "a\nb", "\n", "a\r", "\v",
		"K", "k", "\u212a", "ſ", "s", "é", "É", "日本", "ß", "😀", "x_unencrypted", "a.b", "a-b", "a/b.yaml", "secrets/prod.enc.yaml",
		"clusters/home/secrets/db.yaml", ".sops.yaml", "foo bar", "\t", "a{2}", "a{", "]", "-", "^", "$", "\\", "01", "٣", "sops:enc", "A1",
	}
	sources := []string{
		"", "data", "^data$", "^(data|stringData)$", "^(?:data|stringData)$", "(?i)^data$", "(?i)k", "(?i)s", "(?i)É", ".*\\.yaml$",
		"^clusters/[^/]+/secrets/.*\\.ya?ml$", "\\.enc\\.", "^.{4}$", "^.$", "a.b", "(?s)a.b", "(?m)^b$", "^b$", "\\Aa", "b\\z", "a$",
		"[[:alpha:]]", "^[[:^alpha:]]+$", "[^[:ascii:]]", "\\pL", "^\\p{Greek}", "\\p{Han}", "\\P{L}", "\\p{^L}", "\\d", "\\D", "\\s", "\\S", "\\w", "\\W",
		"\\bbar", "\\Boo", "a{2}", "a{1,}", "a{,2}", "a{2", "a{2,1}", "a{1000}", "a{1001}", "(a{500}){3}", "x{0}", "(?:)", "()", "a**", "a++", "a*+", "a??", "*", "+a", "?", "a|*",
		"(", ")", "(a", "a)", "[", "[a", "[]", "[]a]", "[^]a]", "[a-]", "[-a]", "[z-a]", "[a-z-9]", "[a-c-e]", "[\\d-z]", "[a\\]b]", "[\\w.]", "[a&&b]", "[[a]b]", "[^a]", "[\\n]", "\\n", "\\x41", "\\x{1F600}", "\\x{110000}", "\\101", "\\1", "\\8", "\\07",
		"\\Q.b\\E", "\\Qa", "\\E", "\\C", "\\Z", "\\h", "\\R", "\\X", "\\G", "\\k<a>", "\\", "\\_", "\\-", "\\/", "\\ ", "\\é", "\\a", "\\f", "\\v", "\\e", "\\cA", "\\0",
		"(?=a)", "(?!a)", "(?<=a)b", "(?<!a)b", "(?>a)", "(?P<n>a)", "(?<n>a)", "(?P=n)", "(?P<1>a)", "(?#c)", "(?i:K)b?", "(?-i)a", "(?U)a+?", "(?x)a b", "(?i", "(?", "(?z)a", "(?im-s)^A",
		"^*", "$+", "^?a", "(^a)+", "\\b+", "a|", "|a", "a||b", "^a|b$", "é", "日", "😀", "^[é-ÿ]$", "^[😀]$", ".😀", "]", "}", "{", "a}b", "{2}", "$a", "a^", "^^a", "a$$", "\\$", "\\^",
		"(?i)[k]", "(?i)[^k]", "(?i)ß", "(?i)\\x{17F}", "\\pN", "\\p{Nd}", "\\p{L", "\\p", "\\p{Foo}", "[[:foo:]]", "[[:word:]-]", "[:alpha:]", "((((((a))))))", "(a|b)*c", "(a*)*b", "(|a)*", "(|a)+b", "[^\\x00-\\x{10FFFF}]", "[^\\s\\S]", "\\pZ", "_unencrypted$", "^sops:enc$", "ENC\\[",
	}
	vectors := []vector{}
	for _, source := range sources {
		v := vector{Source: source}
		re, err := regexp.Compile(source)
		if err != nil {
			v.Error = err.Error()
		} else {
			for _, text := range texts {
				if re.MatchString(text) {
					v.Matches = append(v.Matches, text)
				}
			}
		}
		vectors = append(vectors, v)
	}
	out := json.NewEncoder(os.Stdout)
	out.SetIndent("", " ")
	out.SetEscapeHTML(false)
	if err := out.Encode(map[string]any{"texts": texts, "vectors": vectors}); err != nil {
		panic(err)
	}
}
