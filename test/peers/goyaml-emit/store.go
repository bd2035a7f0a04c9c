package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"go.yaml.in/yaml/v3"
)

// What follows does to go-yaml what sops 3.13.3's stores/yaml/store.go does to it (MPL-2.0), in fewer words.

func emitFile(raw []json.RawMessage, indent int) ([]byte, error) {
	var out bytes.Buffer
	encoder := yaml.NewEncoder(&out)
	encoder.SetIndent(indent)
	for _, one := range raw {
		root := &yaml.Node{Kind: yaml.MappingNode}
		fillMapping(decode(one).(branch), root)
		document := yaml.Node{Kind: yaml.DocumentNode, Content: []*yaml.Node{root}}
		if err := encoder.Encode(&document); err != nil {
			return nil, err
		}
	}
	_ = encoder.Close()
	return out.Bytes(), nil
}

func emitValue(value any) ([]byte, error) {
	return yaml.Marshal(toNode(value))
}

func toNode(value any) *yaml.Node {
	node := &yaml.Node{}
	switch value := value.(type) {
	case branch:
		node.Kind = yaml.MappingNode
		fillMapping(value, node)
	case []any:
		node.Kind = yaml.SequenceNode
		fillSequence(value, node)
	default:
		// sops ignores this error too: what cannot be encoded becomes a zero node, which prints as null.
		_ = node.Encode(value)
	}
	return node
}

// pending holds the comments that wait for the node they belong to.
type pending struct {
	head, inline []string
	started      bool
}

func (p *pending) add(note comment) {
	if note.Inline {
		p.inline = append(p.inline, note.Value)
	} else {
		p.head = append(p.head, note.Value)
	}
}

// before gives the first comments to the collection itself, all later ones to the member that follows them.
func (p *pending) before(collection *yaml.Node) {
	if !p.started {
		addHead(collection, p.head)
		p.head = nil
		p.started = true
	}
}

func (p *pending) rest() []string { return append(p.head, p.inline...) }

func fillSequence(items []any, sequence *yaml.Node) {
	var waiting pending
	for _, item := range items {
		if note, ok := item.(comment); ok {
			waiting.add(note)
			continue
		}
		waiting.before(sequence)
		node := toNode(item)
		addHead(node, waiting.head)
		addLine(node, waiting.inline)
		waiting.head, waiting.inline = nil, nil
		sequence.Content = append(sequence.Content, node)
	}
	if !waiting.started {
		addHead(sequence, waiting.rest())
	} else {
		addFoot(sequence.Content[len(sequence.Content)-1], waiting.rest())
	}
}

func fillMapping(members branch, mapping *yaml.Node) {
	var waiting pending
	for _, item := range members {
		if note, ok := item.key.(comment); ok {
			waiting.add(note)
			continue
		}
		waiting.before(mapping)
		key := &yaml.Node{}
		_ = key.Encode(item.key)
		addHead(key, waiting.head)
		value := toNode(item.value)
		addLine(value, waiting.inline)
		waiting.head, waiting.inline = nil, nil
		mapping.Content = append(mapping.Content, key, value)
	}
	if !waiting.started {
		addHead(mapping, waiting.rest())
	} else {
		addFoot(mapping.Content[len(mapping.Content)-2], waiting.rest())
	}
}

func joined(comments []string) string { return "#" + strings.Join(comments, "\n#") }

func addHead(node *yaml.Node, comments []string) {
	if len(comments) == 0 {
		return
	}
	if node.HeadComment != "" {
		node.HeadComment = joined(comments) + "\n" + node.HeadComment
	} else {
		node.HeadComment = joined(comments)
	}
}

func addLine(node *yaml.Node, comments []string) {
	if len(comments) > 0 {
		node.LineComment = joined(comments)
	}
}

func addFoot(node *yaml.Node, comments []string) {
	if len(comments) > 0 {
		node.FootComment = joined(comments)
	}
}

// loadFile reads a file as sops does: into trees, after a check that it can be decoded. sops checks the first document
// only; here all are, as a reader of the file would.
func loadFile(text []byte) ([]any, error) {
	var result []any
	decoder := yaml.NewDecoder(bytes.NewReader(text))
	for {
		var document yaml.Node
		if err := decoder.Decode(&document); err == io.EOF {
			return result, nil
		} else if err != nil {
			return nil, err
		}
		if err := document.Decode(make(map[string]any)); err != nil {
			return nil, err
		}
		root := document.Content[0]
		if root.Kind != yaml.MappingNode {
			return nil, fmt.Errorf("the root is not a mapping")
		}
		members := addNotes(nil, document.HeadComment, false)
		members = append(members, readMapping(root, false)...)
		result = append(result, addNotes(members, document.FootComment, false))
	}
}

// loadAny reads one document whose root may be anything. Like a file, it is decoded first, for its merge keys.
func loadAny(text []byte) ([]any, error) {
	var probe any
	if err := yaml.Unmarshal(text, &probe); err != nil {
		return nil, err
	}
	var document yaml.Node
	if err := yaml.Unmarshal(text, &document); err != nil {
		return nil, err
	}
	return []any{readNode(document.Content[0], false)}, nil
}

func readNode(node *yaml.Node, commentsDone bool) any {
	switch node.Kind {
	case yaml.MappingNode:
		return readMapping(node, commentsDone)
	case yaml.SequenceNode:
		return readSequence(node, commentsDone)
	case yaml.AliasNode:
		return readNode(node.Alias, false)
	}
	return decoded(node)
}

func decoded(node *yaml.Node) any {
	var value any
	_ = node.Decode(&value)
	return value
}

func readSequence(node *yaml.Node, commentsDone bool) any {
	result := []any{}
	if !commentsDone {
		result = addItemNotes(addItemNotes(result, node.HeadComment, false), node.LineComment, false)
	}
	for _, item := range node.Content {
		result = addItemNotes(addItemNotes(result, item.HeadComment, false), item.LineComment, true)
		result = append(result, readNode(item, true))
		result = addItemNotes(result, item.FootComment, false)
	}
	if !commentsDone {
		result = addItemNotes(result, node.FootComment, false)
	}
	return result
}

func readMapping(node *yaml.Node, commentsDone bool) branch {
	result := branch{}
	if !commentsDone {
		result = addNotes(addNotes(result, node.HeadComment, false), node.LineComment, false)
	}
	for i := 0; i < len(node.Content); i += 2 {
		key, value := node.Content[i], node.Content[i+1]
		result = addNotes(addNotes(result, key.HeadComment, false), key.LineComment, false)
		leaf := value.Kind == yaml.ScalarNode || value.Kind == yaml.AliasNode
		if leaf {
			result = addNotes(addNotes(result, value.HeadComment, false), value.LineComment, true)
		}
		result = append(result, member{key: decoded(key), value: readNode(value, leaf)})
		if leaf {
			result = addNotes(result, value.FootComment, false)
		}
		result = addNotes(result, key.FootComment, false)
	}
	if !commentsDone {
		result = addNotes(result, node.FootComment, false)
	}
	return result
}

func notes(text string, inline bool) []comment {
	var result []comment
	for _, line := range strings.Split(text, "\n") {
		if line != "" {
			result = append(result, comment{Value: line[1:], Inline: inline})
		}
	}
	return result
}

func addNotes(members branch, text string, inline bool) branch {
	for _, note := range notes(text, inline) {
		members = append(members, member{key: note})
	}
	return members
}

func addItemNotes(items []any, text string, inline bool) []any {
	for _, note := range notes(text, inline) {
		items = append(items, note)
	}
	return items
}
