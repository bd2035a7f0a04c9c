// Command flux-oracle says what Flux's own packages make of templates, objects and trees: those that
// kustomize-controller 1.9.6 is built with.
//
// Build, with the versions of the controllers of the end-to-end tests:
//
//	CGO_ENABLED=0 go build -C test/peers/flux-oracle -modfile=../../e2e/tools/go.mod -mod=readonly -trimpath -buildvcs=false \
//	  -ldflags "-s -w" -o "$SOPSKIT_PEERS_BIN/flux-oracle" .
//
// Each line of stdin is one question in JSON, each line of stdout its answer: {"error": "…"} or
//
//	{"do": "text", "text": "…", "vars": {…}, "strict": …}   → {"text": "…"}       fluxcd/pkg/envsubst
//	{"do": "object", "object": {…}, "vars": {…}, "strict": …} → {"object": {…}}   SubstituteVariables
//	{"do": "generate", "files": {…}, "path": "…", "spec": {…}} → {"object": {…}}  Generator.WriteFile
//	{"do": "build", "files": {…}, "path": "…", "spec": {…}}    → {"objects": […]} and SecureBuild behind it
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"

	"github.com/fluxcd/pkg/envsubst"
	generator "github.com/fluxcd/pkg/kustomize"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/kustomize/api/provider"
	"sigs.k8s.io/yaml"
)

type question struct {
	Do     string            `json:"do"`
	Text   string            `json:"text"`
	Vars   map[string]string `json:"vars"`
	Always bool              `json:"always"`
	Strict bool              `json:"strict"`
	Object map[string]any    `json:"object"`
	Files  map[string]string `json:"files"`
	Path   string            `json:"path"`
	Spec   map[string]any    `json:"spec"`
}

type answer struct {
	Error   string            `json:"error,omitempty"`
	Text    *string           `json:"text,omitempty"`
	Object  json.RawMessage   `json:"object,omitempty"`
	Objects []json.RawMessage `json:"objects,omitempty"`
}

func main() {
	in := bufio.NewScanner(os.Stdin)
	in.Buffer(make([]byte, 1<<20), 1<<28)
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	for in.Scan() {
		var asked question
		reply := answer{}
		err := json.Unmarshal(in.Bytes(), &asked)
		if err == nil {
			reply, err = ask(asked)
		}
		if err != nil {
			reply = answer{Error: err.Error()}
		}
		line, err := json.Marshal(reply)
		if err != nil {
			panic(err)
		}
		out.Write(append(line, '\n'))
		out.Flush()
	}
}

func ask(asked question) (reply answer, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("panic: %v", r)
		}
	}()
	switch asked.Do {
	case "text":
		text, err := envsubst.Eval(asked.Text, func(name string) (string, bool) {
			value, isSet := asked.Vars[name]
			return value, isSet || !asked.Strict
		})
		return answer{Text: &text}, err
	case "object":
		return substitute(asked)
	case "generate", "build":
		return build(asked)
	}
	return answer{}, fmt.Errorf("no such question: %s", asked.Do)
}

func substitute(asked question) (answer, error) {
	res, err := provider.NewDefaultDepProvider().GetResourceFactory().FromMap(asked.Object)
	if err != nil {
		return answer{}, err
	}
	vars := map[string]any{}
	for name, value := range asked.Vars {
		vars[name] = value
	}
	spec := map[string]any{"postBuild": map[string]any{"substitute": vars}}
	kustomization := unstructured.Unstructured{Object: map[string]any{"spec": spec}}
	made, err := generator.SubstituteVariables(context.Background(), nil, kustomization, res,
		generator.SubstituteWithStrict(asked.Strict), generator.SubstituteWithAlways(asked.Always))
	if err != nil {
		return answer{}, err
	}
	if made == nil {
		made = res
	}
	object, err := made.MarshalJSON()
	return answer{Object: object}, err
}

func build(asked question) (answer, error) {
	root, err := os.MkdirTemp("", "flux-oracle-")
	if err != nil {
		return answer{}, err
	}
	defer os.RemoveAll(root)
	if root, err = filepath.EvalSymlinks(root); err != nil {
		return answer{}, err
	}
	for name, text := range asked.Files {
		file := filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
			return answer{}, err
		}
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			return answer{}, err
		}
	}
	folder := filepath.Join(root, asked.Path)
	if _, err := os.Stat(folder); err != nil {
		return answer{}, fmt.Errorf("kustomization path not found: %w", err)
	}
	kustomization := unstructured.Unstructured{Object: map[string]any{"spec": asked.Spec}}
	made := generator.NewGenerator(root, kustomization)
	manifest, file, _, err := made.GenerateManifest(folder)
	if err != nil {
		return answer{}, err
	}
	if asked.Do == "generate" {
		object, err := yaml.YAMLToJSON(manifest)
		return answer{Object: object}, err
	}
	if err := os.WriteFile(file, manifest, 0o600); err != nil {
		return answer{}, err
	}
	resources, err := generator.SecureBuild(root, folder, false)
	if err != nil {
		return answer{}, err
	}
	reply := answer{Objects: []json.RawMessage{}}
	for _, res := range resources.Resources() {
		object, err := res.MarshalJSON()
		if err != nil {
			return answer{}, err
		}
		reply.Objects = append(reply.Objects, object)
	}
	return reply, nil
}
