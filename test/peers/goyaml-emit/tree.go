package main

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"time"
	"unicode/utf8"
)

// The tree, as sops holds it. The JSON form of a node is an array, its kind first:
//
//	["map", member…]  a member is ["key", node] or a comment    ["list", node…]
//	["str","…"] ["bytes","base64"] ["int","1"] ["float","1.5"] ["bool",true] ["time","2024-01-01T00:00:00Z"]
//	["null"]  ["comment","text",inline]
//
// A key that is not a string comes out as ["other-key","type"] in the place of the key.
type comment struct {
	Value  string
	Inline bool
}

type member struct {
	key   any
	value any
}

type branch []member

func decode(raw json.RawMessage) any {
	var parts []json.RawMessage
	must(json.Unmarshal(raw, &parts))
	switch kind := text(parts[0]); kind {
	case "map":
		result := make(branch, 0, len(parts)-1)
		for _, part := range parts[1:] {
			result = append(result, decodeMember(part))
		}
		return result
	case "list":
		result := make([]any, 0, len(parts)-1)
		for _, part := range parts[1:] {
			result = append(result, decode(part))
		}
		return result
	case "comment":
		return decodeComment(parts)
	case "null":
		return nil
	case "bool":
		return string(parts[1]) == "true"
	default:
		return decodeScalar(kind, text(parts[1]))
	}
}

func decodeScalar(kind, value string) any {
	switch kind {
	case "str":
		return value
	case "bytes":
		data, err := base64.StdEncoding.DecodeString(value)
		must(err)
		return string(data)
	case "int":
		number, err := strconv.ParseInt(value, 10, 64)
		must(err)
		return int(number)
	case "float":
		number, err := strconv.ParseFloat(value, 64)
		must(err)
		return number
	case "time":
		moment, err := time.Parse(time.RFC3339Nano, value)
		must(err)
		return moment
	}
	panic("unknown kind " + kind)
}

func decodeMember(raw json.RawMessage) member {
	var parts []json.RawMessage
	must(json.Unmarshal(raw, &parts))
	if len(parts) == 3 && text(parts[0]) == "comment" {
		return member{key: decodeComment(parts)}
	}
	return member{key: text(parts[0]), value: decode(parts[1])}
}

func decodeComment(parts []json.RawMessage) comment {
	return comment{Value: text(parts[1]), Inline: string(parts[2]) == "true"}
}

func encode(value any) any {
	switch value := value.(type) {
	case branch:
		result := []any{"map"}
		for _, item := range value {
			if note, ok := item.key.(comment); ok {
				result = append(result, encode(note))
			} else if key, ok := item.key.(string); ok {
				result = append(result, []any{key, encode(item.value)})
			} else {
				result = append(result, []any{[]any{"other-key", fmt.Sprintf("%T", item.key)}, encode(item.value)})
			}
		}
		return result
	case []any:
		result := []any{"list"}
		for _, item := range value {
			result = append(result, encode(item))
		}
		return result
	}
	return encodeScalar(value)
}

func encodeScalar(value any) any {
	switch value := value.(type) {
	case comment:
		return []any{"comment", value.Value, value.Inline}
	case nil:
		return []any{"null"}
	case bool:
		return []any{"bool", value}
	case int:
		return []any{"int", strconv.Itoa(value)}
	case float64:
		return []any{"float", floatText(value)}
	case time.Time:
		return []any{"time", value.Format(time.RFC3339Nano)}
	case string:
		if !utf8.ValidString(value) {
			return []any{"bytes", base64.StdEncoding.EncodeToString([]byte(value))}
		}
		return []any{"str", value}
	}
	return []any{"odd", fmt.Sprintf("%T", value)}
}

func floatText(value float64) string {
	if math.IsInf(value, 0) || math.IsNaN(value) {
		return fmt.Sprint(value)
	}
	return strconv.FormatFloat(value, 'g', -1, 64)
}

func text(raw json.RawMessage) string {
	var s string
	must(json.Unmarshal(raw, &s))
	return s
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}
