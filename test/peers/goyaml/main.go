// Command goyaml-oracle says what sops 3.13.3 reads from YAML files, with the very go-yaml that sops uses.
//
// Build: go build -C test/peers/goyaml -o "$SOPSKIT_PEERS_BIN/goyaml-oracle"
//
// Each line of stdin is one file in base64; for each, one line of JSON is printed: {"error": "…"} or
// {"branches": [tree, …]}. A tree is {"map": [[key, tree] or comment, …]}, {"list": [tree or comment, …]} or
// {"type": "…", "value": "…"}; a comment is {"comment": "…", "inline": true}; a key is a string or {"type", "value"}.
package main

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
)

type comment struct {
	Comment string `json:"comment"`
	Inline  bool   `json:"inline"`
}

type scalar struct {
	Type  string `json:"type"`
	Value string `json:"value"`
}

type mapping struct {
	Map []any `json:"map"`
}

type list struct {
	List []any `json:"list"`
}

type answer struct {
	Error    string    `json:"error,omitempty"`
	Branches []mapping `json:"branches,omitempty"`
}

func main() {
	in := bufio.NewReaderSize(os.Stdin, 1<<20)
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	for {
		line, err := in.ReadString('\n')
		line = strings.TrimRight(line, "\n")
		if err != nil && line == "" {
			return
		}
		text, bad := base64.StdEncoding.DecodeString(line)
		if bad != nil {
			fmt.Fprintln(os.Stderr, "not base64:", bad)
			os.Exit(1)
		}
		printed, _ := json.Marshal(read(text))
		out.Write(printed)
		out.WriteByte('\n')
	}
}

// read does what LoadPlainFile of sops' stores/yaml/store.go does.
func read(text []byte) (result answer) {
	defer func() {
		if r := recover(); r != nil {
			result = answer{Error: fmt.Sprint("panic: ", r)}
		}
	}()
	if len(text) > 0 {
		if err := yaml.NewDecoder(bytes.NewReader(text)).Decode(make(map[string]interface{})); err != nil {
			return answer{Error: "check: " + err.Error()}
		}
	}
	d := yaml.NewDecoder(bytes.NewReader(text))
	branches := []mapping{}
	for {
		var data yaml.Node
		err := d.Decode(&data)
		if err == io.EOF {
			return answer{Branches: branches}
		}
		if err != nil {
			return answer{Error: err.Error()}
		}
		w := walk{open: map[*yaml.Node]bool{}}
		members, err := w.branch(&data, []any{}, false)
		if err != nil {
			return answer{Error: err.Error()}
		}
		branches = append(branches, mapping{members})
	}
}

// walk follows nodeToTreeValue and appendYamlNodeToTreeBranch of sops' stores/yaml/store.go.
// sops would recurse for ever into a value that contains an alias to itself; this stops with an error.
type walk struct {
	open map[*yaml.Node]bool
}

var errCycle = errors.New("an alias contains itself")

func comments(text string, inline bool, into []any) []any {
	if text == "" {
		return into
	}
	for _, line := range strings.Split(text, "\n") {
		if line != "" {
			into = append(into, comment{line[1:], inline})
		}
	}
	return into
}

func (w *walk) value(node *yaml.Node, handled bool) (any, error) {
	switch node.Kind {
	case yaml.SequenceNode:
		items := []any{}
		if !handled {
			items = comments(node.HeadComment, false, items)
			items = comments(node.LineComment, false, items)
		}
		for _, item := range node.Content {
			items = comments(item.HeadComment, false, items)
			items = comments(item.LineComment, true, items)
			value, err := w.value(item, true)
			if err != nil {
				return nil, err
			}
			items = append(items, value)
			items = comments(item.FootComment, false, items)
		}
		if !handled {
			items = comments(node.FootComment, false, items)
		}
		return list{items}, nil
	case yaml.MappingNode:
		members, err := w.branch(node, []any{}, handled)
		return mapping{members}, err
	case yaml.ScalarNode:
		var result any
		if err := node.Decode(&result); err != nil {
			return scalar{"undecodable", ""}, nil
		}
		return describe(result), nil
	case yaml.AliasNode:
		if w.open[node.Alias] {
			return nil, errCycle
		}
		w.open[node.Alias] = true
		defer delete(w.open, node.Alias)
		return w.value(node.Alias, false)
	}
	return nil, nil
}

func (w *walk) branch(node *yaml.Node, members []any, handled bool) ([]any, error) {
	var err error
	if !handled {
		members = comments(node.HeadComment, false, members)
		members = comments(node.LineComment, false, members)
	}
	switch node.Kind {
	case yaml.DocumentNode:
		for _, item := range node.Content {
			if members, err = w.branch(item, members, false); err != nil {
				return nil, err
			}
		}
	case yaml.SequenceNode:
		return nil, errors.New("YAML documents that are sequences are not supported")
	case yaml.MappingNode:
		for i := 0; i < len(node.Content); i += 2 {
			key, value := node.Content[i], node.Content[i+1]
			members = comments(key.HeadComment, false, members)
			members = comments(key.LineComment, false, members)
			leaf := value.Kind == yaml.ScalarNode || value.Kind == yaml.AliasNode
			if leaf {
				members = comments(value.HeadComment, false, members)
				members = comments(value.LineComment, true, members)
			}
			var name any
			if key.Decode(&name) != nil {
				name = nil
			}
			tree, err := w.value(value, leaf)
			if err != nil {
				return nil, err
			}
			members = append(members, []any{describeKey(name, key), tree})
			if leaf {
				members = comments(value.FootComment, false, members)
			}
			members = comments(key.FootComment, false, members)
		}
	case yaml.ScalarNode:
		if node.ShortTag() == "!!null" {
			return members, nil
		}
		return nil, errors.New("YAML documents that are values are not supported")
	case yaml.AliasNode:
		if w.open[node.Alias] {
			return nil, errCycle
		}
		w.open[node.Alias] = true
		if members, err = w.branch(node.Alias, members, false); err != nil {
			return nil, err
		}
		delete(w.open, node.Alias)
	}
	if !handled {
		members = comments(node.FootComment, false, members)
	}
	return members, nil
}

func describe(value any) scalar {
	switch value := value.(type) {
	case nil:
		return scalar{"null", ""}
	case string:
		if !utf8.ValidString(value) {
			return scalar{"bytes", base64.StdEncoding.EncodeToString([]byte(value))}
		}
		return scalar{"string", value}
	case int:
		return scalar{"int", strconv.Itoa(value)}
	case int64:
		return scalar{"int", strconv.FormatInt(value, 10)}
	case uint64:
		return scalar{"uint64", strconv.FormatUint(value, 10)}
	case float64:
		if math.IsNaN(value) {
			return scalar{"float", "nan"}
		}
		return scalar{"float", fmt.Sprintf("%016x", math.Float64bits(value))}
	case bool:
		return scalar{"bool", strconv.FormatBool(value)}
	case time.Time:
		text, err := value.MarshalText()
		if err != nil {
			return scalar{"time", "unprintable"}
		}
		return scalar{"time", string(text)}
	}
	return scalar{fmt.Sprintf("%T", value), ""}
}

func describeKey(name any, key *yaml.Node) any {
	described := describe(name)
	if described.Type == "string" {
		return described.Value
	}
	return described
}
