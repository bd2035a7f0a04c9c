// Package lines answers JSON requests, one a line, with one JSON line each.
package lines

import (
	"bufio"
	"encoding/json"
	"log"
	"os"
)

// Answer reads requests from the standard input and writes what reply makes of each to the standard output.
func Answer[Request, Reply any](reply func(Request) Reply) {
	in := json.NewDecoder(bufio.NewReader(os.Stdin))
	buffer := bufio.NewWriter(os.Stdout)
	out := json.NewEncoder(buffer)
	out.SetEscapeHTML(false)
	for in.More() {
		var request Request
		if err := in.Decode(&request); err != nil {
			log.Fatal(err)
		}
		if err := out.Encode(reply(request)); err != nil {
			log.Fatal(err)
		}
	}
	if err := buffer.Flush(); err != nil {
		log.Fatal(err)
	}
}
