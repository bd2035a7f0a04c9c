// The versions are those of the controllers: test/e2e/tools/go.mod, by -modfile (see main.go).
module sopskit.test/flux-oracle

go 1.26.0
