// Command goyaml-emit-oracle prints YAML exactly as sops 3.13.3 does, and reads it back.
//
// It is the peer of test/peers/yaml-emit.test.ts: go-yaml v3.0.4, driven the way sops' YAML store drives it.
// Standard input holds one JSON request a line, standard output one JSON answer a line:
//
//	{"op":"emit","indent":4,"branches":[node…]}  → {"text":"…"}      a file (EmitPlainFile)
//	{"op":"value","node":node}                   → {"text":"…"}      one value (EmitValue)
//	{"op":"read","text":"…"}                     → {"branches":[…]}  a file (LoadPlainFile)
//	{"op":"scalar","text":"…"}                   → {"branches":[…]}  a document with any root
//
// Errors come as {"error":"…"}. The encoding of nodes is in tree.go.
package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"os"
)

type request struct {
	Op       string            `json:"op"`
	Indent   int               `json:"indent"`
	Branches []json.RawMessage `json:"branches"`
	Node     json.RawMessage   `json:"node"`
	Text     string            `json:"text"`
}

type answer struct {
	Text     *string `json:"text,omitempty"`
	Branches []any   `json:"branches,omitempty"`
	Error    string  `json:"error,omitempty"`
}

func main() {
	in := bufio.NewReaderSize(os.Stdin, 1<<20)
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	for {
		line, err := in.ReadBytes('\n')
		if len(bytes.TrimSpace(line)) > 0 {
			encoded := json.NewEncoder(out)
			encoded.SetEscapeHTML(false)
			if err := encoded.Encode(respond(line)); err != nil {
				panic(err)
			}
		}
		if err != nil {
			return
		}
	}
}

func respond(line []byte) (result answer) {
	defer func() {
		if problem := recover(); problem != nil {
			result = answer{Error: fmt.Sprint("panic: ", problem)}
		}
	}()
	var asked request
	if err := json.Unmarshal(line, &asked); err != nil {
		return answer{Error: err.Error()}
	}
	switch asked.Op {
	case "emit":
		return printed(emitFile(asked.Branches, asked.Indent))
	case "value":
		return printed(emitValue(decode(asked.Node)))
	case "read":
		return loaded(loadFile([]byte(asked.Text)))
	case "scalar":
		return loaded(loadAny([]byte(asked.Text)))
	}
	return answer{Error: "unknown op " + asked.Op}
}

func printed(text []byte, err error) answer {
	if err != nil {
		return answer{Error: err.Error()}
	}
	s := string(text)
	return answer{Text: &s}
}

func loaded(branches []any, err error) answer {
	if err != nil {
		return answer{Error: err.Error()}
	}
	encoded := make([]any, 0, len(branches))
	for _, branch := range branches {
		encoded = append(encoded, encode(branch))
	}
	return answer{Branches: encoded}
}
